#include "core/smoothing/shifted_row.h"

#include <cmath>

namespace wikitag {
#include "core/smoothing/shifted_row_body.h"

namespace {
using ShiftedRow = void (*)(const float*, size_t, size_t, const WeightedRows&, double*, float*);

void portable(const float* x, size_t d, size_t row, const WeightedRows& near, double* moved, float* out) {
  shifted_row_body(x, d, row, near, moved, out);
}

ShiftedRow pick() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return shifted_row_avx2;
#endif
  return portable;
}
}  // namespace

void shifted_row(const float* x, size_t d, size_t row, const WeightedRows& near, double* moved, float* out) {
  static const ShiftedRow shifted = pick();
  shifted(x, d, row, near, moved, out);
}

}  // namespace wikitag
