#include "core/smoothing/principal.h"

#include <algorithm>
#include <cmath>

#include "core/smoothing/product.h"

namespace wikitag {
namespace {

constexpr size_t kIterations = 8;
constexpr size_t kSample = 4096;

/** Columns of length `length`, one after the other. */
struct Basis {
  size_t length, count;
  std::vector<double> data;
  double* column(size_t c) { return data.data() + c * length; }
  const double* column(size_t c) const { return data.data() + c * length; }
};

double dot(const double* a, const double* b, size_t n) {
  double lane[8] = {};
  size_t j = 0;
  for (; j + 8 <= n; j += 8) {
    for (size_t l = 0; l < 8; ++l) lane[l] += a[j + l] * b[j + l];
  }
  double sum = ((lane[0] + lane[1]) + (lane[2] + lane[3])) + ((lane[4] + lane[5]) + (lane[6] + lane[7]));
  for (; j < n; ++j) sum += a[j] * b[j];
  return sum;
}

/** Gram-Schmidt, each column `times` times; a column that the earlier ones explain becomes zero. */
void orthonormalise(Basis& basis, int times) {
  for (size_t c = 0; c < basis.count; ++c) {
    double* column = basis.column(c);
    const double before = std::sqrt(dot(column, column, basis.length));
    for (int time = 0; time < times; ++time) {
      for (size_t e = 0; e < c; ++e) {
        const double* earlier = basis.column(e);
        const double along = dot(earlier, column, basis.length);
        for (size_t j = 0; j < basis.length; ++j) column[j] -= along * earlier[j];
      }
    }
    const double norm = std::sqrt(dot(column, column, basis.length));
    const double scale = norm > 1e-9 * before ? 1 / norm : 0;
    for (size_t j = 0; j < basis.length; ++j) column[j] *= scale;
  }
}

std::vector<double> mean_row(const float* x, size_t n, size_t d) {
  std::vector<double> mean(d);
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j < d; ++j) mean[j] += x[i * d + j];
  }
  for (double& m : mean) m /= static_cast<double>(n);
  return mean;
}

/** Evenly spread rows less the mean, packed by columns. */
Panels centred_sample(const float* x, size_t n, size_t d, const std::vector<double>& mean) {
  const size_t taken = std::min(n, kSample);
  Panels panels = make_panels(taken, d);
  for (size_t s = 0; s < taken; ++s) {
    const float* row = x + s * n / taken * d;
    for (size_t j = 0; j < d; ++j) {
      panels.panel(j / kPanel)[s * kPanel + j % kPanel] = static_cast<float>(row[j] - mean[j]);
    }
  }
  return panels;
}

Basis start_basis(const float* x, size_t n, size_t d, size_t count, const std::vector<double>& mean) {
  Basis basis{d, count, std::vector<double>(d * count)};
  for (size_t i = 0; i < n; ++i) {
    double* column = basis.column(i % count);
    for (size_t j = 0; j < d; ++j) column[j] += x[i * d + j] - mean[j];
  }
  return basis;
}

Panels pack(const Basis& basis) {
  Panels panels = make_panels(basis.length, basis.count);
  for (size_t c = 0; c < basis.count; ++c) {
    float* panel = panels.panel(c / kPanel);
    for (size_t j = 0; j < basis.length; ++j) panel[j * kPanel + c % kPanel] = static_cast<float>(basis.column(c)[j]);
  }
  return panels;
}

Panels pack_symmetric(const std::vector<double>& matrix, size_t d) {
  Panels panels = make_panels(d, d);
  for (size_t r = 0; r < d; ++r) {
    for (size_t c = 0; c < d; ++c) panels.panel(c / kPanel)[r * kPanel + c % kPanel] = static_cast<float>(matrix[r * d + c]);
  }
  return panels;
}

/** Rows less the mean times the basis, at length 1. Blocks of 16 rows are a panel of the transposed input. */
std::vector<float> project(const float* x, size_t n, size_t d, const std::vector<double>& mean, const Basis& basis,
                           Pool& pool, const std::atomic<bool>* cancelled) {
  const Panels columns = pack(basis);
  const size_t dims = basis.count;
  std::vector<float> out(n * dims);
  pool.parallel_for((n + kPanel - 1) / kPanel, [&](size_t block) {
    check_cancelled(cancelled);
    const size_t from = block * kPanel, rows = std::min(kPanel, n - from);
    Panels transposed = make_panels(d, kPanel);
    for (size_t i = 0; i < rows; ++i) {
      for (size_t j = 0; j < d; ++j) transposed.data[j * kPanel + i] = static_cast<float>(x[(from + i) * d + j] - mean[j]);
    }
    Pool alone(1);
    const std::vector<double> part = transposed_product(transposed, columns, false, alone, nullptr);
    for (size_t i = 0; i < rows; ++i) {
      const double* row = part.data() + i * dims;
      const double norm = std::sqrt(dot(row, row, dims));
      const double scale = norm > 0 ? 1 / norm : 0;
      for (size_t c = 0; c < dims; ++c) out[(from + i) * dims + c] = static_cast<float>(row[c] * scale);
    }
  });
  return out;
}

}  // namespace

std::vector<float> principal(const float* x, size_t n, size_t d, size_t dims, Pool& pool,
                             const std::atomic<bool>* cancelled) {
  const std::vector<double> mean = mean_row(x, n, d);
  Panels covariance;
  {
    const Panels sample = centred_sample(x, n, d, mean);
    covariance = pack_symmetric(transposed_product(sample, sample, true, pool, cancelled), d);
  }
  Basis basis = start_basis(x, n, d, dims, mean);
  for (size_t pass = 0; pass < kIterations; ++pass) {
    // Two passes between: the columns lean towards each other, but less than float32 can tell apart.
    if (pass % 2 == 0) orthonormalise(basis, 1);
    const std::vector<double> next = transposed_product(covariance, pack(basis), false, pool, cancelled);
    for (size_t c = 0; c < dims; ++c) {
      for (size_t j = 0; j < d; ++j) basis.column(c)[j] = next[j * dims + c];
    }
  }
  orthonormalise(basis, 2);
  return project(x, n, d, mean, basis, pool, cancelled);
}

}  // namespace wikitag
