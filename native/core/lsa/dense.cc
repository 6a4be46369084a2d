#include "core/lsa/dense.h"

#include <algorithm>
#include <cmath>

#include "core/lsa/kernels.h"

namespace wikitag::lsa {

namespace {

constexpr size_t kGramRows = 32;  // rows converted to float64 at a time
constexpr size_t kGramStrip = 16; // rows of the result that one block makes
constexpr size_t kRowsPerBlock = 64;
// A pivot this far below the largest one is rounding error of float32 rows, not a direction.
constexpr double kPivotTolerance = 1e-10;

/** Cholesky of g with diagonal pivoting. Fills r (upper, width x width) and order; returns the numerical rank. */
size_t pivoted_cholesky(std::vector<double> g, size_t width, std::vector<double>& r, std::vector<size_t>& order) {
  r.assign(width * width, 0.0);
  order.resize(width);
  for (size_t i = 0; i < width; ++i) order[i] = i;
  std::vector<double> diagonal(width);
  for (size_t i = 0; i < width; ++i) diagonal[i] = g[i * width + i];
  const double largest = width == 0 ? 0.0 : *std::max_element(diagonal.begin(), diagonal.end());
  for (size_t k = 0; k < width; ++k) {
    size_t best = k;
    for (size_t j = k + 1; j < width; ++j)
      if (diagonal[j] > diagonal[best]) best = j;
    if (!(diagonal[best] > kPivotTolerance * largest)) return k;
    std::swap(order[k], order[best]);
    std::swap(diagonal[k], diagonal[best]);
    for (size_t i = 0; i < k; ++i) std::swap(r[i * width + k], r[i * width + best]);
    const double pivot = std::sqrt(diagonal[k]);
    double* row = &r[k * width];
    row[k] = pivot;
    const double* source = &g[order[k] * width];
    for (size_t j = k + 1; j < width; ++j) row[j] = source[order[j]];
    for (size_t i = 0; i < k; ++i) {
      const double* above = &r[i * width];
      const double factor = above[k];
      for (size_t j = k + 1; j < width; ++j) row[j] -= factor * above[j];
    }
    for (size_t j = k + 1; j < width; ++j) {
      row[j] /= pivot;
      diagonal[j] -= row[j] * row[j];
    }
  }
  return width;
}

/** The columns of y that `order` starts with, times this, are y R^-1: width x rank, row-major. R is upper triangular. */
std::vector<double> scattered_inverse(const std::vector<double>& r, const std::vector<size_t>& order, size_t width, size_t rank) {
  std::vector<double> inverse(width * rank, 0.0);
  for (size_t i = 0; i < rank; ++i) {
    double* row = &inverse[order[i] * rank];  // row i of R^-1, by forward substitution
    row[i] = 1.0;
    for (size_t c = i; c < rank; ++c) {
      const double* factors = &r[c * width];
      const double value = row[c] /= factors[c];
      for (size_t d = c + 1; d < rank; ++d) row[d] -= value * factors[d];
    }
  }
  return inverse;
}

size_t padded(size_t width) { return (width + kTile - 1) / kTile * kTile; }

}  // namespace

std::vector<double> gram(const float* y, size_t rows, size_t width, Pool& pool) {
  const size_t stride = padded(width);
  std::vector<double> g(stride * stride, 0.0);
  // A block makes some rows of the result: every element is summed by one thread, over the rows of y in order.
  pool.parallel_for((stride + kGramStrip - 1) / kGramStrip, [&](size_t block) {
    std::vector<double> slab(kGramRows * stride, 0.0);
    for (size_t start = 0; start < rows; start += kGramRows) {
      const size_t count = std::min(kGramRows, rows - start);
      for (size_t i = 0; i < count; ++i) std::copy_n(y + (start + i) * width, width, &slab[i * stride]);
      for (size_t a = block * kGramStrip; a < std::min(stride, (block + 1) * kGramStrip); a += 4)
        kernels().add_gram(slab.data(), count, stride, a, g.data());
    }
  });
  std::vector<double> packed(width * width);
  for (size_t a = 0; a < width; ++a)
    for (size_t b = 0; b < width; ++b) packed[a * width + b] = g[std::min(a, b) * stride + std::max(a, b)];
  return packed;
}

size_t orthonormalise(std::vector<float>& y, size_t rows, size_t width, int passes, Pool& pool) {
  size_t rank = width;
  for (int pass = 0; pass < passes; ++pass) {
    std::vector<double> r;
    std::vector<size_t> order;
    const size_t found = pivoted_cholesky(gram(y.data(), rows, rank, pool), rank, r, order);
    std::vector<float> q(rows * found);
    multiply_dense(y.data(), rows, rank, scattered_inverse(r, order, rank, found).data(), found, q.data(), pool);
    y = std::move(q);
    rank = found;
  }
  return rank;
}

void multiply_dense(const float* y, size_t rows, size_t inner, const double* w, size_t width, float* out, Pool& pool) {
  const size_t stride = padded(width);
  std::vector<double> right(inner * stride, 0.0);
  for (size_t k = 0; k < inner; ++k) std::copy_n(w + k * width, width, &right[k * stride]);
  pool.parallel_for((rows + kRowsPerBlock - 1) / kRowsPerBlock, [&](size_t block) {
    const size_t start = block * kRowsPerBlock, count = std::min(kRowsPerBlock, rows - start);
    std::vector<double> left(kRowsPerBlock * inner, 0.0), product(kRowsPerBlock * stride);
    std::copy_n(y + start * inner, count * inner, left.data());
    for (size_t c = 0; c < stride; c += kTile)
      for (size_t i = 0; i < count; i += 4)
        kernels().multiply_tile(&left[i * inner], inner, &right[c], stride, &product[i * stride + c]);
    for (size_t i = 0; i < count; ++i)
      for (size_t c = 0; c < width; ++c) out[(start + i) * width + c] = static_cast<float>(product[i * stride + c]);
  });
}

}  // namespace wikitag::lsa
