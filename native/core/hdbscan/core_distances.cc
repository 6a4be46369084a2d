#include <algorithm>

#include "core/distance/knn.h"
#include "core/hdbscan/steps.h"

namespace wikitag {

std::vector<double> squared_core_distances(const Points& points, const PackedRows& rows, const DistanceMatrix* stored,
                                           size_t min_samples, Pool& pool, const std::atomic<bool>* cancelled) {
  std::vector<double> core(points.count());
  const size_t wanted = std::min(min_samples, points.of_row.size() - 1);
  // Every neighbour has a weight of at least 1, so `wanted` of them are enough.
  const Neighbours near = nearest_neighbours(rows, stored, wanted, pool, cancelled);
  for (size_t i = 0; i < core.size(); ++i) {
    size_t total = static_cast<size_t>(points.weight[i]) - 1;
    for (size_t c = 0; total < wanted; ++c) {
      const int32_t j = near.index[i * near.k + c];
      total += static_cast<size_t>(points.weight[j]);
      if (total >= wanted) core[i] = rows.exact(i, static_cast<size_t>(j));
    }
  }
  return core;
}

}  // namespace wikitag
