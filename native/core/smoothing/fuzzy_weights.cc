#include "core/smoothing/fuzzy_weights.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace wikitag {
#include "core/smoothing/fuzzy_weights_body.h"

namespace {
using DirectedWeights = void (*)(const double*, size_t, size_t, double, double*);

void portable(const double* cosine, size_t rows, size_t k, double steepest, double* out) {
  directed_weights_body(cosine, rows, k, steepest, out);
}

DirectedWeights pick() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return directed_weights_avx2;
#endif
  return portable;
}
}  // namespace

void directed_weights(const double* cosine, size_t rows, size_t k, double steepest, double* out) {
  static const DirectedWeights weights = pick();
  weights(cosine, rows, k, steepest, out);
}

}  // namespace wikitag
