#include "core/hdbscan/hdbscan.h"

#include <algorithm>
#include <cmath>

#include "core/graph/tree_edges.h"
#include "core/hdbscan/sparse_tree.h"
#include "core/hdbscan/steps.h"
#include "core/support/stopwatch.h"

namespace wikitag {
namespace {

std::vector<int32_t> number_by_first_point(const std::vector<int32_t>& cluster, const CondensedTree& tree,
                                           std::vector<double>& persistence) {
  std::vector<int32_t> number(tree.clusters(), -1);
  for (const int32_t c : cluster) {
    if (c < 0 || number[c] >= 0) continue;
    number[c] = static_cast<int32_t>(persistence.size());
    persistence.push_back(tree.death[c] - tree.birth[c]);
  }
  return number;
}

Tree stored_tree(const float* x, size_t d, const Points& points, const HdbscanParams& params, Pool& pool,
                 const std::atomic<bool>* cancelled, Stopwatch& watch) {
  const QuantisedRows rows(x, points.row.data(), points.count(), d, pool);
  watch.mark("prepare");
  const DistanceMatrix stored(rows, pool, cancelled);
  watch.mark("distances");
  Tree tree;
  tree.core = squared_core_distances(points, rows, stored, params.min_samples, pool, cancelled);
  watch.mark("core_distances");
  tree.walk = spanning_tree(rows, stored, tree.core, cancelled);
  for (double& value : tree.core) value = std::sqrt(value);
  watch.mark("spanning_tree");
  return tree;
}

/** Where so many distances are equal that nothing else helps. */
Tree measured_tree(const float* x, size_t d, const Points& points, const HdbscanParams& params, Pool& pool,
                   const std::atomic<bool>* cancelled, Stopwatch& watch) {
  const PackedRows rows(x, points.row.data(), points.count(), d, pool);
  Tree tree;
  tree.core = squared_core_distances(points, rows, params.min_samples, pool, cancelled);
  watch.mark("core_distances");
  tree.walk = spanning_tree(rows, tree.core, pool, cancelled);
  for (double& value : tree.core) value = std::sqrt(value) / rows.scale();
  watch.mark("spanning_tree");
  return tree;
}

Tree spanning_tree_of(const float* x, size_t n, size_t d, const Points& points, const HdbscanParams& params,
                      bool approximate, Pool& pool, const std::atomic<bool>* cancelled, Stopwatch& watch) {
  const bool stored = points.count() <= params.stored_bytes / sizeof(uint16_t) / points.count();
  if (stored && !approximate) try {
      return stored_tree(x, d, points, params, pool, cancelled, watch);
    } catch (const TooCoarse&) {
    }
  try {
    return sparse_tree(x, n, d, points, params, !approximate, pool, cancelled, watch);
  } catch (const TooManyTies&) {
    return measured_tree(x, d, points, params, pool, cancelled, watch);
  }
}

}  // namespace

HdbscanResult hdbscan(const float* x, size_t n, size_t d, const HdbscanParams& params, Pool& pool,
                      const std::atomic<bool>* cancelled) {
  HdbscanResult out;
  if (n == 0) return out;
  Stopwatch watch(out.timings);
  const Points points = params.ties == Ties::rows ? rows_as_points(n) : distinct_points(x, n, d);
  out.approximate = points.count() > params.exact_rows;
  const Tree spanning = spanning_tree_of(x, n, d, points, params, out.approximate, pool, cancelled, watch);
  const std::vector<double>& core = spanning.core;
  const PrimWalk& walk = spanning.walk;
  const Dendrogram dendrogram = single_linkage(points, core, walk);
  const CondensedTree tree = condense(dendrogram, params.min_cluster_size);
  const bool all_equal = std::all_of(core.begin(), core.end(), [](double c) { return c == 0; }) &&
                         std::all_of(walk.distance.begin(), walk.distance.end(), [](double w) { return w == 0; });
  const bool allow_root = (params.allow_single_cluster || all_equal) && n >= params.min_cluster_size;
  const Membership members = membership(tree, select_clusters(tree, params.selection, allow_root));
  const std::vector<double> outlier = glosh(tree);
  const std::vector<int32_t> number = number_by_first_point(members.cluster, tree, out.persistence);

  out.labels.resize(n);
  out.probabilities.resize(n);
  out.outlier_scores.resize(n);
  for (size_t r = 0; r < n; ++r) {
    const int32_t p = points.of_row[r];
    const int32_t c = members.cluster[p];
    out.labels[r] = c < 0 ? -1 : number[c];
    out.probabilities[r] = members.probability[p];
    out.outlier_scores[r] = outlier[p];
  }
  watch.mark("clusters");
  return out;
}

}  // namespace wikitag
