#include "core/distance/knn.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/distance/exact.h"

namespace wikitag {

Neighbours nearest_neighbours(const float* x, size_t n, size_t d, size_t k, Pool& pool,
                              const std::atomic<bool>* cancelled) {
  Neighbours out;
  out.n = n;
  out.k = n == 0 ? 0 : std::min(k, n - 1);
  out.index.resize(n * out.k);
  out.distance.resize(n * out.k);
  if (out.k == 0) return out;
  pool.parallel_for(n, [&](size_t i) {
    check_cancelled(cancelled);
    std::vector<std::pair<double, int32_t>> all;
    all.reserve(n);
    for (size_t j = 0; j < n; ++j)
      if (j != i) all.emplace_back(exact_squared_distance(x + i * d, x + j * d, d), static_cast<int32_t>(j));
    std::partial_sort(all.begin(), all.begin() + out.k, all.end());
    for (size_t c = 0; c < out.k; ++c) {
      out.index[i * out.k + c] = all[c].second;
      out.distance[i * out.k + c] = std::sqrt(all[c].first);
    }
  });
  return out;
}

}  // namespace wikitag
