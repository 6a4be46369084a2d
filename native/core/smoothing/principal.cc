#include "core/smoothing/principal.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "core/smoothing/product.h"

namespace wikitag {
namespace {

constexpr size_t kIterations = 4;
constexpr size_t kSample = 8192;
constexpr size_t kSlice = 64;

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

double norm(const double* a, size_t n) { return std::sqrt(dot(a, a, n)); }

/**
 * Modified Gram-Schmidt; a column that the earlier ones explain becomes zero. As soon as a few columns are done they are
 * taken off all later ones, which are independent of each other: the same sums as column by column.
 */
void orthonormalise(Basis& basis, Pool& pool) {
  std::vector<double> before(basis.count);
  for (size_t c = 0; c < basis.count; ++c) before[c] = norm(basis.column(c), basis.length);
  const auto take_off = [&](size_t c, size_t other) {
    const double* done = basis.column(c);
    double* column = basis.column(other);
    const double along = dot(done, column, basis.length);
    for (size_t j = 0; j < basis.length; ++j) column[j] -= along * done[j];
  };
  for (size_t first = 0; first < basis.count; first += kPanel) {
    const size_t end = std::min(basis.count, first + kPanel);
    for (size_t c = first; c < end; ++c) {
      double* column = basis.column(c);
      for (size_t e = first; e < c; ++e) take_off(e, c);
      const double length = norm(column, basis.length);
      const double scale = length > 1e-9 * before[c] ? 1 / length : 0;
      for (size_t j = 0; j < basis.length; ++j) column[j] *= scale;
    }
    pool.parallel_for(basis.count - end, [&](size_t later) {
      for (size_t c = first; c < end; ++c) take_off(c, end + later);
    });
  }
}

std::vector<double> mean_row(const float* x, size_t n, size_t d, Pool& pool) {
  std::vector<double> mean(d);
  pool.parallel_for((d + kSlice - 1) / kSlice, [&](size_t slice) {
    const size_t end = std::min(d, (slice + 1) * kSlice);
    for (size_t i = 0; i < n; ++i) {
      for (size_t j = slice * kSlice; j < end; ++j) mean[j] += x[i * d + j];
    }
    for (size_t j = slice * kSlice; j < end; ++j) mean[j] /= static_cast<double>(n);
  });
  return mean;
}

/** Evenly spread rows less the mean, packed by columns. */
Panels centred_sample(const float* x, size_t n, size_t d, const std::vector<double>& mean, Pool& pool) {
  const size_t taken = std::min(n, kSample);
  Panels panels = make_panels(taken, d);
  pool.parallel_for(panels.count(), [&](size_t p) {
    float* panel = panels.panel(p);
    const size_t first = p * kPanel, width = std::min(kPanel, d - first);
    for (size_t s = 0; s < taken; ++s) {
      const float* row = x + s * n / taken * d + first;
      for (size_t j = 0; j < width; ++j) panel[s * kPanel + j] = static_cast<float>(row[j] - mean[first + j]);
    }
  });
  return panels;
}

/** Signs without a pattern, the same for every input: principal.ts says why. */
Basis start_basis(size_t d, size_t count) {
  Basis basis{d, count, std::vector<double>(d * count)};
  for (size_t c = 0; c < count; ++c) {
    for (size_t j = 0; j < d; ++j) {
      uint32_t hash = (static_cast<uint32_t>(j + 1) * 0x9e3779b1u) ^ (static_cast<uint32_t>(c + 1) * 0x85ebca6bu);
      hash = (hash ^ (hash >> 15)) * 0x2c1b3c6du;
      basis.column(c)[j] = ((hash ^ (hash >> 13)) & 1) != 0 ? 1 : -1;
    }
  }
  return basis;
}

Panels pack(const Basis& basis, Pool& pool) {
  Panels panels = make_panels(basis.length, basis.count);
  pool.parallel_for(panels.count(), [&](size_t p) {
    for (size_t c = p * kPanel; c < std::min(basis.count, (p + 1) * kPanel); ++c) {
      float* column = panels.panel(p) + c % kPanel;
      for (size_t j = 0; j < basis.length; ++j) column[j * kPanel] = static_cast<float>(basis.column(c)[j]);
    }
  });
  return panels;
}

Panels pack_symmetric(const std::vector<double>& matrix, size_t d, Pool& pool) {
  Panels panels = make_panels(d, d);
  pool.parallel_for(panels.count(), [&](size_t p) {
    const size_t first = p * kPanel, width = std::min(kPanel, d - first);
    for (size_t r = 0; r < d; ++r) {
      for (size_t j = 0; j < width; ++j) panels.panel(p)[r * kPanel + j] = static_cast<float>(matrix[r * d + first + j]);
    }
  });
  return panels;
}

/** Rows less the mean times the basis, at length 1. Blocks of 16 rows are a panel of the transposed input. */
std::vector<float> project(const float* x, size_t n, size_t d, const std::vector<double>& mean, const Basis& basis,
                           Pool& pool, const std::atomic<bool>* cancelled) {
  const Panels columns = pack(basis, pool);
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
      const double length = norm(row, dims);
      const double scale = length > 0 ? 1 / length : 0;
      for (size_t c = 0; c < dims; ++c) out[(from + i) * dims + c] = static_cast<float>(row[c] * scale);
    }
  });
  return out;
}

}  // namespace

std::vector<float> principal(const float* x, size_t n, size_t d, size_t dims, Pool& pool,
                             const std::atomic<bool>* cancelled) {
  const std::vector<double> mean = mean_row(x, n, d, pool);
  Panels covariance;
  {
    const Panels sample = centred_sample(x, n, d, mean, pool);
    covariance = pack_symmetric(transposed_product(sample, sample, true, pool, cancelled), d, pool);
  }
  Basis basis = start_basis(d, dims);
  for (size_t pass = 0; pass < kIterations; ++pass) {
    // Two passes between: the columns lean towards each other, but less than float32 can tell apart.
    if (pass % 2 == 0) orthonormalise(basis, pool);
    const std::vector<double> next = transposed_product(covariance, pack(basis, pool), false, pool, cancelled);
    pool.parallel_for(dims, [&](size_t c) {
      for (size_t j = 0; j < d; ++j) basis.column(c)[j] = next[j * dims + c];
    });
  }
  for (int time = 0; time < 2; ++time) orthonormalise(basis, pool);
  return project(x, n, d, mean, basis, pool, cancelled);
}

}  // namespace wikitag
