#include "core/smoothing/refresh.h"

namespace wikitag {
#include "core/smoothing/quick_distances_body.h"

void quick_distances_avx2(const float* x, size_t d, size_t of, const int32_t* to, size_t count, float* out) {
  quick_distances_body(x, d, of, to, count, out);
}
}  // namespace wikitag
