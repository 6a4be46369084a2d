#include "core/smoothing/inner_products.h"

#include <algorithm>

namespace wikitag {
#include "core/smoothing/inner_products_body.h"

namespace {

/** Groups whose sums stay in the cache while all others pass. */
constexpr size_t kTile = 16;

struct InnerProducts {
  double (*rows)(const float*, const float*, size_t);
  double (*sums)(const double*, const double*, size_t);
};

double of_rows(const float* a, const float* b, size_t d) { return inner_product_body(a, b, d); }
double of_sums(const double* a, const double* b, size_t d) { return inner_product_body(a, b, d); }

InnerProducts pick() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return {inner_product_of_rows_avx2, inner_product_of_sums_avx2};
#endif
  return {of_rows, of_sums};
}

const InnerProducts& best() {
  static const InnerProducts picked = pick();
  return picked;
}

}  // namespace

double inner_product_of_sums(const double* a, const double* b, size_t d) { return best().sums(a, b, d); }

std::vector<double> mean_of_rows(const float* x, size_t n, size_t d) {
  std::vector<double> mean(d);
  for (size_t i = 0; i < n; ++i)
    for (size_t j = 0; j < d; ++j) mean[j] += x[i * d + j];
  for (double& value : mean) value /= static_cast<double>(n);
  return mean;
}

std::vector<double> pair_cosines(const float* x, size_t d, const int32_t* pairs, size_t count) {
  std::vector<double> out(count);
  for (size_t p = 0; p < count; ++p)
    out[p] = best().rows(x + static_cast<size_t>(pairs[2 * p]) * d, x + static_cast<size_t>(pairs[2 * p + 1]) * d, d);
  return out;
}

std::vector<double> group_products(const float* x, size_t n, size_t d, const int32_t* label, size_t groups) {
  std::vector<double> sum(groups * d), out(groups * groups);
  for (size_t i = 0; i < n; ++i) {
    if (label[i] < 0) continue;
    double* to = sum.data() + static_cast<size_t>(label[i]) * d;
    for (size_t j = 0; j < d; ++j) to[j] += x[i * d + j];
  }
  for (size_t first = 0; first < groups; first += kTile) {
    for (size_t b = first; b < groups; ++b) {
      for (size_t a = first; a < std::min(b + 1, first + kTile); ++a) {
        out[a * groups + b] = best().sums(sum.data() + a * d, sum.data() + b * d, d);
        out[b * groups + a] = out[a * groups + b];
      }
    }
  }
  return out;
}

}  // namespace wikitag
