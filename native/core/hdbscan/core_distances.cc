#include <algorithm>
#include <atomic>
#include <limits>
#include <utility>

#include "core/distance/knn.h"
#include "core/hdbscan/steps.h"

namespace wikitag {
namespace {

constexpr size_t kChunk = 64;
constexpr size_t kRows = 64;
/** Distances of a row, on average, that may be measured for nothing before the grid counts as too coarse. */
constexpr size_t kWasted = 256;
using Ranked = std::vector<std::pair<double, int32_t>>;

/** Calls visit(j) for each j whose code is at most limit(), which may fall meanwhile. */
template <class Limit, class Visit>
void scan(const DistanceCode* row, size_t width, const Limit& limit, const Visit& visit) {
  for (size_t first = 0; first < width; first += kChunk) {
    const DistanceCode most = limit();
    DistanceCode any = 0;
    for (size_t j = first; j < first + kChunk; ++j) any |= static_cast<DistanceCode>(row[j] <= most);
    if (!any) continue;
    for (size_t j = first; j < first + kChunk; ++j)
      if (row[j] <= limit()) visit(j);
  }
}

/** The k nearest of row i, and perhaps others: whatever is not too far by its code is measured. Sorted as far as k. */
void nearest_of(const QuantisedRows& rows, const DistanceMatrix& stored, size_t i, size_t k, std::vector<double>& heap, Ranked& near) {
  heap.assign(k, std::numeric_limits<double>::infinity());
  DistanceCode limit = kGreatestCode;
  const auto within = [&] { return limit; };
  scan(stored.row(i), stored.width(), within, [&](size_t j) {
    const double most = rows.at_most(stored.row(i)[j], i, j);
    if (!(most < heap.front())) return;
    std::pop_heap(heap.begin(), heap.end());
    heap.back() = most;
    std::push_heap(heap.begin(), heap.end());
    limit = rows.code_of(heap.front());
  });
  near.clear();
  scan(stored.row(i), stored.width(), within, [&](size_t j) { near.emplace_back(rows.exact(i, j), static_cast<int32_t>(j)); });
  std::partial_sort(near.begin(), near.begin() + static_cast<ptrdiff_t>(k), near.end());
}

/** The squared distance to the `wanted`-th other row, from neighbours sorted: each stands for its weight of rows. */
template <class Near>
double core_of(const Points& points, size_t i, size_t wanted, const Near& near) {
  size_t total = static_cast<size_t>(points.weight[i]) - 1;  // its own copies are at distance 0
  for (size_t c = 0; total < wanted; ++c) {
    const auto [squared, j] = near(c);
    total += static_cast<size_t>(points.weight[static_cast<size_t>(j)]);
    if (total >= wanted) return squared;
  }
  return 0;
}

}  // namespace

std::vector<double> squared_core_distances(const Points& points, const QuantisedRows& rows, const DistanceMatrix& stored,
                                           size_t min_samples, Pool& pool, const std::atomic<bool>* cancelled) {
  const size_t n = points.count();
  std::vector<double> core(n);
  const size_t wanted = std::min(min_samples, points.of_row.size() - 1);
  // Every neighbour has a weight of at least 1, so `wanted` of them are enough.
  const size_t k = std::min(wanted, n - 1);
  if (k == 0) return core;
  std::atomic<size_t> wasted{0};
  pool.parallel_for((n + kRows - 1) / kRows, [&](size_t block) {
    check_cancelled(cancelled);
    std::vector<double> heap;
    Ranked near;
    size_t farther = 0;
    for (size_t i = block * kRows; i < std::min(n, (block + 1) * kRows); ++i) {
      nearest_of(rows, stored, i, k, heap, near);
      core[i] = core_of(points, i, wanted, [&](size_t c) { return near[c]; });
      farther += static_cast<size_t>(std::count_if(near.begin() + static_cast<ptrdiff_t>(k), near.end(),
                                                   [&](const auto& other) { return other.first > near[k - 1].first; }));
    }
    if ((wasted += farther) > kWasted * n) throw TooCoarse();
  });
  return core;
}

std::vector<double> squared_core_distances(const Points& points, const PackedRows& rows, size_t min_samples, Pool& pool,
                                           const std::atomic<bool>* cancelled) {
  std::vector<double> core(points.count());
  const size_t wanted = std::min(min_samples, points.of_row.size() - 1);
  const Neighbours near = nearest_neighbours(rows, wanted, pool, cancelled);
  for (size_t i = 0; i < core.size(); ++i)
    core[i] = core_of(points, i, wanted, [&](size_t c) {
      const int32_t j = near.index[i * near.k + c];
      return std::pair(rows.exact(i, static_cast<size_t>(j)), j);
    });
  return core;
}

}  // namespace wikitag
