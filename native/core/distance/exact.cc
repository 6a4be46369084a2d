#include "core/distance/exact.h"

// A fused multiply-add rounds once where JavaScript rounds twice.
#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#elif defined(__GNUC__)
#pragma GCC optimize("fp-contract=off")
#endif

namespace wikitag {
namespace {

using Distance = double (*)(const float*, const float*, size_t);

double portable_squared_distance(const float* a, const float* b, size_t d) {
  double lane[8] = {};
  size_t i = 0;
  for (; i + 8 <= d; i += 8) {
    for (size_t l = 0; l < 8; ++l) {
      const double t = static_cast<double>(a[i + l]) - static_cast<double>(b[i + l]);
      lane[l] += t * t;
    }
  }
  for (size_t l = 0; i < d; ++i, ++l) {
    const double t = static_cast<double>(a[i]) - static_cast<double>(b[i]);
    lane[l] += t * t;
  }
  return ((lane[0] + lane[1]) + (lane[2] + lane[3])) + ((lane[4] + lane[5]) + (lane[6] + lane[7]));
}

Distance best_distance() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) return exact_squared_distance_avx2;
#endif
  return portable_squared_distance;
}

}  // namespace

double exact_squared_distance(const float* a, const float* b, size_t d) {
  static const Distance distance = best_distance();
  return distance(a, b, d);
}

}  // namespace wikitag
