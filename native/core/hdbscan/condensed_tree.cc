#include <algorithm>
#include <utility>

#include "core/hdbscan/steps.h"

namespace wikitag {
namespace {

class Condenser {
 public:
  Condenser(const Dendrogram& tree, size_t min_cluster_size)
      : tree_(tree), least_(static_cast<int64_t>(min_cluster_size)) {
    out_.point_cluster.resize(tree.points);
    out_.point_lambda.resize(tree.points);
  }

  CondensedTree run() {
    if (tree_.size.empty()) return std::move(out_);
    const int32_t root = static_cast<int32_t>(tree_.size.size()) - 1;
    pending_.emplace_back(root, open(-1, 0));
    while (!pending_.empty()) {
      const auto [node, cluster] = pending_.back();
      pending_.pop_back();
      follow(node, cluster);
    }
    return std::move(out_);
  }

 private:
  bool large(int32_t node) const { return tree_.size[node] >= least_; }

  int32_t open(int32_t parent, double at) {
    out_.parent.push_back(parent);
    out_.birth.push_back(at);
    out_.death.push_back(at);
    out_.stability.push_back(0);
    return static_cast<int32_t>(out_.parent.size()) - 1;
  }

  void leave(int32_t cluster, double at, int32_t rows) {
    out_.stability[cluster] += (at - out_.birth[cluster]) * rows;
    out_.death[cluster] = std::max(out_.death[cluster], at);
  }

  void drop_all(int32_t node, int32_t cluster, double at) {
    leave(cluster, at, tree_.size[node]);
    const int32_t points = static_cast<int32_t>(tree_.points);
    stack_.assign(1, node);
    while (!stack_.empty()) {
      const int32_t next = stack_.back();
      stack_.pop_back();
      if (next >= points) {
        stack_.push_back(tree_.left[next - points]);
        stack_.push_back(tree_.right[next - points]);
      } else {
        out_.point_cluster[next] = cluster;
        out_.point_lambda[next] = at;
      }
    }
  }

  /** Follows the cluster down while only crumbs fall off it. */
  void follow(int32_t node, int32_t cluster) {
    const int32_t points = static_cast<int32_t>(tree_.points);
    for (;;) {
      if (node < points) return drop_all(node, cluster, tree_.point_lambda[node]);
      const double at = tree_.lambda[node - points];
      const int32_t a = tree_.left[node - points];
      const int32_t b = tree_.right[node - points];
      if (large(a) && large(b)) {
        leave(cluster, at, tree_.size[node]);
        pending_.emplace_back(b, open(cluster, at));
        pending_.emplace_back(a, open(cluster, at));
        return;
      }
      if (!large(a)) drop_all(a, cluster, at);
      if (!large(b)) drop_all(b, cluster, at);
      if (!large(a) && !large(b)) return;
      node = large(a) ? a : b;
    }
  }

  const Dendrogram& tree_;
  const int64_t least_;
  CondensedTree out_;
  std::vector<std::pair<int32_t, int32_t>> pending_;
  std::vector<int32_t> stack_;
};

}  // namespace

CondensedTree condense(const Dendrogram& tree, size_t min_cluster_size) {
  return Condenser(tree, min_cluster_size).run();
}

}  // namespace wikitag
