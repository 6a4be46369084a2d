#include "core/hdbscan/hdbscan.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>

#include "core/hdbscan/steps.h"

namespace wikitag {
namespace {

/** Writes the seconds since the last mark under a name. */
class Stopwatch {
 public:
  explicit Stopwatch(std::map<std::string, double>& into) : into_(into) {}
  void mark(const char* name) {
    const auto now = std::chrono::steady_clock::now();
    into_[name] = std::chrono::duration<double>(now - last_).count();
    last_ = now;
  }

 private:
  std::map<std::string, double>& into_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

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

}  // namespace

HdbscanResult hdbscan(const float* x, size_t n, size_t d, const HdbscanParams& params, Pool& pool,
                      const std::atomic<bool>* cancelled) {
  HdbscanResult out;
  if (n == 0) return out;
  Stopwatch watch(out.timings);
  const Points points = params.ties == Ties::rows ? rows_as_points(n) : distinct_points(x, n, d);
  std::vector<double> core;
  PrimWalk walk;
  {
    const PackedRows rows(x, points.row.data(), points.count(), d, pool);
    watch.mark("pack");
    std::unique_ptr<DistanceMatrix> stored;
    if (points.count() <= params.stored_bytes / sizeof(float) / points.count()) stored = std::make_unique<DistanceMatrix>(rows, pool, cancelled);
    watch.mark("distances");
    core = squared_core_distances(points, rows, stored.get(), params.min_samples, pool, cancelled);
    watch.mark("core_distances");
    walk = spanning_tree(rows, stored.get(), core, pool, cancelled);
    watch.mark("spanning_tree");
    for (double& value : core) value = std::sqrt(value) / rows.scale();
  }
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
