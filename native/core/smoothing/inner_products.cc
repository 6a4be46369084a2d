#include "core/smoothing/inner_products.h"

#include <algorithm>

namespace wikitag {
namespace {

constexpr size_t kLanes = 8;
/** Groups whose sums stay in the cache while all others pass. */
constexpr size_t kTile = 16;

template <class T>
double inner_product(const T* a, const T* b, size_t d) {
  double lane[kLanes] = {};
  size_t j = 0;
  for (; j + kLanes <= d; j += kLanes) {
    for (size_t l = 0; l < kLanes; ++l) lane[l] += static_cast<double>(a[j + l]) * b[j + l];
  }
  for (size_t l = 0; j < d; ++j, ++l) lane[l] += static_cast<double>(a[j]) * b[j];
  return ((lane[0] + lane[1]) + (lane[2] + lane[3])) + ((lane[4] + lane[5]) + (lane[6] + lane[7]));
}

}  // namespace

std::vector<double> pair_cosines(const float* x, size_t d, const int32_t* pairs, size_t count) {
  std::vector<double> out(count);
  for (size_t p = 0; p < count; ++p)
    out[p] = inner_product(x + static_cast<size_t>(pairs[2 * p]) * d, x + static_cast<size_t>(pairs[2 * p + 1]) * d, d);
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
        out[a * groups + b] = inner_product(sum.data() + a * d, sum.data() + b * d, d);
        out[b * groups + a] = out[a * groups + b];
      }
    }
  }
  return out;
}

}  // namespace wikitag
