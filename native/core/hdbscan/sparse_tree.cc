#include "core/hdbscan/sparse_tree.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "core/graph/approximate_neighbours.h"
#include "core/graph/bridges.h"
#include "core/graph/tree_edges.h"

namespace wikitag {
namespace {

/** Neighbours of a row in the graph that trees are made of, where min_samples does not ask for more. */
constexpr size_t kGraphNeighbours = 15;
/** Where an exact pass follows, it makes good what the search misses. */
constexpr SearchEffort kExactEffort{3, 1};
/** Pairs that the exact pass may hold on to: so many a point, or so many in all. Only masses of ties bring so many. */
constexpr size_t kMostPairsOfPoint = 64, kMostPairs = size_t{1} << 24;

/** The known neighbours of the rows as neighbours of the points that stand for them. */
NeighbourLists known_lists(const MeasuredRows& rows, const Points& distinct, const HdbscanParams& params) {
  NeighbourLists lists(distinct.count(), std::min(params.known_k, distinct.count() - 1));
  for (size_t i = 0; i < distinct.count() && lists.k() > 0; ++i)
    for (size_t c = 0; c < params.known_k; ++c) {
      const int32_t known = params.known[static_cast<size_t>(distinct.row[i]) * params.known_k + c];
      const int32_t j = known < 0 ? known : distinct.of_row[static_cast<size_t>(known)];
      if (j < 0 || static_cast<size_t>(j) == i) continue;
      lists.offer(i, j, static_cast<float>(rows.exact(i, static_cast<size_t>(j))));
    }
  return lists;
}

/** Each pair of neighbours once, measured in float64. */
EdgeList edges_of(const MeasuredRows& rows, const NeighbourLists& lists, Pool& pool,
                  const std::atomic<bool>* cancelled) {
  EdgeList edges;
  edges.reserve(lists.count() * lists.k());
  const auto has = [&](int32_t i, int32_t j) {
    const int32_t* index = lists.index(static_cast<size_t>(i));
    return std::find(index, index + lists.k(), j) != index + lists.k();
  };
  for (int32_t i = 0; i < static_cast<int32_t>(lists.count()); ++i)
    for (size_t c = 0; c < lists.k(); ++c) {
      const int32_t j = lists.index(static_cast<size_t>(i))[c];
      if (j >= 0 && (i < j || !has(j, i))) edges.add(i, j, 0);
    }
  constexpr size_t run = 4096;
  pool.parallel_for((edges.size() + run - 1) / run, [&](size_t chunk) {
    check_cancelled(cancelled);
    for (size_t e = chunk * run; e < std::min(edges.size(), (chunk + 1) * run); ++e)
      edges.squared[e] = rows.exact(static_cast<size_t>(edges.a[e]), static_cast<size_t>(edges.b[e]));
  });
  return edges;
}

/**
 * Known neighbours can be fewer than min_samples. No two rows are farther apart than twice the greatest length: a core
 * distance to begin with, from which the exact pass finds the true one. @throws std::invalid_argument where none follows
 */
void bound_missing(const MeasuredRows& rows, std::vector<double>& squared_core, bool exact) {
  double greatest = 0;
  for (size_t i = 0; i < squared_core.size(); ++i) greatest = std::max(greatest, static_cast<double>(rows.norm(i)));
  for (double& core : squared_core) {
    if (!std::isinf(core)) continue;
    if (!exact) throw std::invalid_argument("the known neighbours are fewer than min_samples");
    core = 4.001 * greatest;
  }
}

/** The rows of each distinct point; none where points are distinct themselves. */
Members members_of(const Points& distinct) {
  Members members;
  members.start.assign(distinct.count() + 1, 0);
  for (size_t p = 0; p < distinct.count(); ++p) members.start[p + 1] = members.start[p] + static_cast<size_t>(distinct.weight[p]);
  members.row.resize(distinct.of_row.size());
  std::vector<size_t> next(members.start.begin(), members.start.end() - 1);
  for (size_t r = 0; r < distinct.of_row.size(); ++r) members.row[next[static_cast<size_t>(distinct.of_row[r])]++] = static_cast<int32_t>(r);
  return members;
}

}  // namespace

Tree sparse_tree(const float* x, size_t n, size_t d, const Points& points, const HdbscanParams& params, bool exact,
                 Pool& pool, const std::atomic<bool>* cancelled, Stopwatch& watch) {
  const bool by_rows = params.ties == Ties::rows;
  Points own;
  if (by_rows) own = distinct_points(x, n, d);
  const Points& distinct = by_rows ? own : points;
  const size_t count = distinct.count();
  const size_t wanted = std::min(params.min_samples, n - 1);
  const MeasuredRows rows(x, distinct.row.data(), count, d, pool);
  watch.mark("prepare");

  EdgeList edges;
  std::vector<double> reach(count);
  {
    const size_t k = std::min(std::max(wanted, kGraphNeighbours), count - 1);
    const SearchEffort effort = exact ? kExactEffort : kThorough;
    const NeighbourLists lists = params.known != nullptr ? known_lists(rows, distinct, params)
                                                         : search_neighbours(rows, k, effort, pool, cancelled);
    for (size_t i = 0; i < count && lists.k() > 0; ++i) reach[i] = lists.limit(i);
    edges = edges_of(rows, lists, pool, cancelled);
  }
  watch.mark("neighbours");
  UpperTree upper;
  upper.squared_core = cores_within(count, edges, wanted, distinct.weight, pool);
  bound_missing(rows, upper.squared_core, exact);
  upper.walk = connect(rows, edges, upper.squared_core, std::move(reach), 0, pool, cancelled);
  watch.mark("bridges");
  std::vector<double> core = upper.squared_core;
  if (exact) {
    edges = EdgeList();
    const size_t most = std::max(kMostPairs, count * (kMostPairsOfPoint + 2 * wanted));
    edges = tree_edges(x, distinct.row, d, std::move(upper), wanted, distinct.weight, most, pool, cancelled);
    core = cores_within(count, edges, wanted, distinct.weight, pool);
    watch.mark("all_pairs");
  }

  const Members members = by_rows ? members_of(distinct) : Members();
  const size_t first = by_rows ? static_cast<size_t>(distinct.of_row[0]) : 0;
  const SparseGraph graph(count, edges);
  edges = EdgeList();
  SparseWalk walk = sparse_walk(graph, core, first, by_rows ? &members : nullptr, cancelled);
  Tree tree;
  tree.walk.point = std::move(walk.point);
  tree.walk.distance.resize(walk.squared.size());
  for (size_t at = 1; at < walk.squared.size(); ++at) tree.walk.distance[at] = std::sqrt(walk.squared[at]) / rows.scale();
  tree.core.resize(points.count());
  for (size_t p = 0; p < points.count(); ++p)
    tree.core[p] = std::sqrt(core[by_rows ? static_cast<size_t>(distinct.of_row[p]) : p]) / rows.scale();
  watch.mark("spanning_tree");
  return tree;
}

}  // namespace wikitag
