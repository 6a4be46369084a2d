#if defined(__x86_64__)
#include "core/distance/exact.h"
#include "core/distance/exact_lanes.h"

namespace wikitag {

double exact_squared_distance_avx2(const float* a, const float* b, size_t d) { return squared_distance_by_lanes(a, b, d); }

}  // namespace wikitag
#endif
