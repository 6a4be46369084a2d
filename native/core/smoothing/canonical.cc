#include "core/smoothing/canonical.h"

#include <algorithm>
#include <cmath>

namespace wikitag {
namespace {

constexpr size_t kRowBlock = 64;
/** Rows whose norms are summed up side by side: each sum is in order, as in JavaScript, so one alone would wait for itself. */
constexpr size_t kAbreast = 8;

void squared_norms(const float* x, size_t rows, size_t d, double* out) {
  double sum[kAbreast] = {};
  const float* row[kAbreast];
  for (size_t r = 0; r < kAbreast; ++r) row[r] = x + std::min(r, rows - 1) * d;
  for (size_t j = 0; j < d; ++j) {
    for (size_t r = 0; r < kAbreast; ++r) sum[r] += static_cast<double>(row[r][j]) * row[r][j];
  }
  std::copy_n(sum, rows, out);
}

/** The unit rows, each number made when it is asked for. */
struct UnitRows {
  const float* x;
  size_t d;
  std::vector<double> scale;
  float at(size_t i, size_t j) const { return static_cast<float>(x[i * d + j] * scale[i] + 0.0); }  // no negative zero
  int compare(size_t a, size_t b) const {
    for (size_t j = 0; j < d; ++j) {
      const float p = at(a, j), q = at(b, j);
      if (p != q) return p < q ? -1 : 1;
    }
    return 0;
  }
};

struct Key {
  float first;
  int32_t row;
};

}  // namespace

CanonicalRows canonical_rows(const float* x, size_t n, size_t d, float* out, Pool& pool,
                             const std::atomic<bool>* cancelled) {
  CanonicalRows result;
  UnitRows unit{x, d, std::vector<double>(n)};
  pool.parallel_for((n + kRowBlock - 1) / kRowBlock, [&](size_t block) {
    check_cancelled(cancelled);
    for (size_t i = block * kRowBlock; i < std::min(n, (block + 1) * kRowBlock); i += kAbreast)
      squared_norms(x + i * d, std::min(kAbreast, n - i), d, unit.scale.data() + i);
  });
  std::vector<Key> order;
  order.reserve(n);
  for (size_t i = 0; i < n; ++i) {
    const bool zero = unit.scale[i] == 0;
    unit.scale[i] = zero ? 0 : 1 / std::sqrt(unit.scale[i]);
    if (!zero) order.push_back({unit.at(i, 0), static_cast<int32_t>(i)});
  }
  std::sort(order.begin(), order.end(), [&](const Key& a, const Key& b) {
    if (a.first != b.first) return a.first < b.first;
    const int way = unit.compare(static_cast<size_t>(a.row), static_cast<size_t>(b.row));
    return way != 0 ? way < 0 : a.row < b.row;
  });

  result.canonical_of.assign(n, -1);
  std::vector<int32_t> first;
  for (const Key& key : order) {
    const size_t row = static_cast<size_t>(key.row);
    if (first.empty() || unit.compare(static_cast<size_t>(first.back()), row) != 0) {
      first.push_back(key.row);
      result.copies.push_back(0);
    }
    ++result.copies.back();
    result.canonical_of[row] = static_cast<int32_t>(first.size()) - 1;
  }
  pool.parallel_for((first.size() + kRowBlock - 1) / kRowBlock, [&](size_t block) {
    check_cancelled(cancelled);
    for (size_t c = block * kRowBlock; c < std::min(first.size(), (block + 1) * kRowBlock); ++c) {
      const size_t row = static_cast<size_t>(first[c]);
      for (size_t j = 0; j < d; ++j) out[c * d + j] = unit.at(row, j);
    }
  });
  return result;
}

}  // namespace wikitag
