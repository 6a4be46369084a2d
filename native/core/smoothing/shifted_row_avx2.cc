#include "core/smoothing/shifted_row.h"

#include <cmath>

namespace wikitag {
#include "core/smoothing/shifted_row_body.h"

void shifted_row_avx2(const float* x, size_t d, size_t row, const WeightedRows& near, double* moved, float* out) {
  shifted_row_body(x, d, row, near, moved, out);
}
}  // namespace wikitag
