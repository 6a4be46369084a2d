#include <algorithm>
#include <numeric>

#include "core/hdbscan/steps.h"

namespace wikitag {

Points rows_as_points(size_t n) {
  Points points;
  points.row.resize(n);
  std::iota(points.row.begin(), points.row.end(), 0);
  points.weight.assign(n, 1);
  points.of_row = points.row;
  return points;
}

Points distinct_points(const float* x, size_t n, size_t d) {
  // By numbers, not bytes: -0 equals 0. Within equal rows by position, so that std::sort has one outcome.
  const auto compare = [&](int32_t a, int32_t b) {
    const float* p = x + static_cast<size_t>(a) * d;
    const float* q = x + static_cast<size_t>(b) * d;
    const auto differ = std::mismatch(p, p + d, q);
    return differ.first == p + d ? 0 : *differ.first < *differ.second ? -1 : 1;
  };
  std::vector<int32_t> order(n);
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](int32_t a, int32_t b) {
    const int way = compare(a, b);
    return way != 0 ? way < 0 : a < b;
  });
  Points points;
  points.of_row.resize(n);
  for (const int32_t r : order) {
    if (points.row.empty() || compare(points.row.back(), r) != 0) {
      points.row.push_back(r);
      points.weight.push_back(0);
    }
    ++points.weight.back();
    points.of_row[r] = static_cast<int32_t>(points.count()) - 1;
  }
  return points;
}

}  // namespace wikitag
