#include "core/lsa/dense.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace wikitag::lsa {

namespace {

constexpr size_t kGramRows = 32;   // rows converted to float64 at a time
constexpr size_t kGramTile = 32;   // columns of a tile of the result
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

/** q R = y for each row, by forward substitution; the rows of y come back rank wide. */
std::vector<float> solve_rows(const std::vector<float>& y, size_t rows, size_t width, const std::vector<double>& r,
                              const std::vector<size_t>& order, size_t rank, Pool& pool) {
  std::vector<float> q(rows * rank);
  pool.parallel_for((rows + kRowsPerBlock - 1) / kRowsPerBlock, [&](size_t block) {
    std::vector<double> row(rank);
    const size_t end = std::min(rows, (block + 1) * kRowsPerBlock);
    for (size_t i = block * kRowsPerBlock; i < end; ++i) {
      for (size_t c = 0; c < rank; ++c) row[c] = y[i * width + order[c]];
      for (size_t c = 0; c < rank; ++c) {
        const double* factors = &r[c * width];
        const double value = row[c] /= factors[c];
        for (size_t d = c + 1; d < rank; ++d) row[d] -= value * factors[d];
      }
      for (size_t c = 0; c < rank; ++c) q[i * rank + c] = static_cast<float>(row[c]);
    }
  });
  return q;
}

}  // namespace

std::vector<double> gram(const float* y, size_t rows, size_t width, Pool& pool) {
  std::vector<double> g(width * width, 0.0);
  const size_t strips = (width + kGramTile - 1) / kGramTile;
  // One strip of result rows a block: every element is summed by one thread over the rows in order.
  pool.parallel_for(strips, [&](size_t strip) {
    const size_t first = strip * kGramTile, last = std::min(width, first + kGramTile);
    std::vector<double> slab(kGramRows * width);
    for (size_t start = 0; start < rows; start += kGramRows) {
      const size_t count = std::min(kGramRows, rows - start);
      for (size_t e = 0; e < count * width; ++e) slab[e] = y[start * width + e];
      for (size_t a = first; a < last; ++a) {
        double* out = &g[a * width];
        for (size_t i = 0; i < count; ++i) {
          const double* row = &slab[i * width];
          const double factor = row[a];
          for (size_t b = a; b < width; ++b) out[b] += factor * row[b];
        }
      }
    }
  });
  for (size_t a = 0; a < width; ++a)
    for (size_t b = 0; b < a; ++b) g[a * width + b] = g[b * width + a];
  return g;
}

size_t orthonormalise(std::vector<float>& y, size_t rows, size_t width, Pool& pool) {
  size_t rank = width;
  for (int pass = 0; pass < 2; ++pass) {
    std::vector<double> r;
    std::vector<size_t> order;
    const size_t found = pivoted_cholesky(gram(y.data(), rows, rank, pool), rank, r, order);
    y = solve_rows(y, rows, rank, r, order, found, pool);
    rank = found;
  }
  return rank;
}

void multiply_dense(const float* y, size_t rows, size_t inner, const double* w, size_t width, float* out, Pool& pool) {
  pool.parallel_for((rows + kRowsPerBlock - 1) / kRowsPerBlock, [&](size_t block) {
    std::vector<double> row(width);
    const size_t end = std::min(rows, (block + 1) * kRowsPerBlock);
    for (size_t i = block * kRowsPerBlock; i < end; ++i) {
      std::fill(row.begin(), row.end(), 0.0);
      for (size_t c = 0; c < inner; ++c) {
        const double value = y[i * inner + c];
        for (size_t d = 0; d < width; ++d) row[d] += value * w[c * width + d];
      }
      for (size_t d = 0; d < width; ++d) out[i * width + d] = static_cast<float>(row[d]);
    }
  });
}

}  // namespace wikitag::lsa
