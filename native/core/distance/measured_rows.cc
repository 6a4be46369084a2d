#include "core/distance/measured_rows.h"

#include <algorithm>
#include <cmath>

#include "core/distance/exact.h"

namespace wikitag {

MeasuredRows::MeasuredRows(const float* x, const int32_t* row, size_t n, size_t d, Pool& pool)
    : x_(x), row_(row), n_(n), d_(d), kernel_(best_kernel()), norm_(blocks() * kBlock), error_(blocks() * kBlock) {
  std::vector<float> greatest(blocks());
  pool.parallel_for(blocks(), [&](size_t block) {
    for (size_t i = block * kBlock; i < std::min(n_, (block + 1) * kBlock); ++i)
      for (size_t c = 0; c < d_; ++c) greatest[block] = std::max(greatest[block], std::fabs(at(i)[c]));
  });
  const float most = greatest.empty() ? 0 : *std::max_element(greatest.begin(), greatest.end());
  int exponent = 0;
  std::frexp(most, &exponent);
  if (most > 0 && (exponent > 30 || exponent < -30)) scale_ = std::ldexp(1.0, -exponent);

  // Inner products: |error| <= gamma |a||b| <= gamma (|a|^2 + |b|^2) / 2 (Higham 2002, section 3.1), where a sum over
  // blocks of kDepth has gamma = (kDepth + blocks) u; twice that, and some roundings of norms and sums.
  const double unit = std::ldexp(1.0, -24);
  const double gamma = 1.01 * unit * (static_cast<double>(std::min(d_, kDepth)) + static_cast<double>(d_ / kDepth) + 16);
  const double smallest = 1e-30;  // underflow
  pool.parallel_for(blocks(), [&](size_t block) {
    for (size_t i = block * kBlock; i < std::min(n_, (block + 1) * kBlock); ++i) {
      double sum = 0;
      for (size_t c = 0; c < d_; ++c) {
        const double value = at(i)[c] * scale_;
        sum += value * value;
      }
      norm_[i] = static_cast<float>(sum);
      error_[i] = static_cast<float>(gamma * sum + smallest);
    }
  });
}

double MeasuredRows::exact(size_t i, size_t j) const {
  return exact_squared_distance(at(i), at(j), d_) * scale_ * scale_;
}

/**
 * Layout: for each kDepth columns, strips of `strip_rows` rows, each column after column. Rows past the end are 0 where
 * their strip has others, else left out.
 */
void MeasuredRows::pack(const int32_t* list, size_t count, size_t strip_rows, float* out) const {
  const float scale = static_cast<float>(scale_);
  for (size_t first = 0; first < d_; first += kDepth) {
    const size_t depth = std::min(kDepth, d_ - first);
    for (size_t strip = 0; strip < kBlock; strip += strip_rows, out += depth * strip_rows) {
      if (strip >= count) continue;
      for (size_t r = 0; r < strip_rows; ++r) {
        const size_t i = strip + r;
        const float* from = i < count ? at(static_cast<size_t>(list[i])) + first : nullptr;
        for (size_t c = 0; c < depth; ++c) out[c * strip_rows + r] = from == nullptr ? 0 : from[c] * scale;
      }
    }
  }
}

void MeasuredRows::pack(const int32_t* list, size_t count, size_t strip_rows, PackedSide& side) const {
  pack(list, count, strip_rows, side.values.get());
  side.count = count;
  for (size_t r = 0; r < kBlock; ++r) side.norm[r] = r < count ? norm_[static_cast<size_t>(list[r])] : 0;
}

void MeasuredRows::distances(const PackedSide& left, const PackedSide& right, float* out) const {
  distances(left.values.get(), left.norm, left.count, right.values.get(), right.norm, right.count, out);
}

void MeasuredRows::distances(const float* left, const float* norm_left, size_t height, const float* right,
                             const float* norm_right, size_t width, float* out) const {
  for (size_t first = 0; first < d_; first += kDepth) {
    const size_t depth = std::min(kDepth, d_ - first);
    kernel_.product(left + first * kBlock, right + first * kBlock, depth, height, width, first > 0, out);
  }
  kernel_.to_squared_distances(norm_left, norm_right, height, out);
}

}  // namespace wikitag
