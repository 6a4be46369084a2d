#include "core/smoothing/fuzzy_weights.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace wikitag {
#include "core/smoothing/fuzzy_weights_body.h"

void directed_weights_avx2(const double* cosine, size_t rows, size_t k, double steepest, double* out) {
  directed_weights_body(cosine, rows, k, steepest, out);
}
}  // namespace wikitag
