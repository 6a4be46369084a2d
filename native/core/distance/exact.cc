#include "core/distance/exact.h"

#include "core/distance/exact_lanes.h"

namespace wikitag {
namespace {

using Distance = double (*)(const float*, const float*, size_t);

Distance best_distance() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) return exact_squared_distance_avx2;
#endif
  return squared_distance_by_lanes;
}

}  // namespace

double exact_squared_distance(const float* a, const float* b, size_t d) {
  static const Distance distance = best_distance();
  return distance(a, b, d);
}

}  // namespace wikitag
