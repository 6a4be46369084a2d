#include <algorithm>

#include "core/hdbscan/steps.h"

namespace wikitag {

Membership membership(const CondensedTree& tree, const std::vector<char>& chosen) {
  std::vector<int32_t> chosen_above(tree.clusters());
  for (size_t c = 0; c < tree.clusters(); ++c) {
    const int32_t parent = tree.parent[c];
    chosen_above[c] = chosen[c] ? static_cast<int32_t>(c) : parent >= 0 ? chosen_above[parent] : -1;
  }
  const size_t points = tree.point_cluster.size();
  Membership out{std::vector<int32_t>(points), std::vector<double>(points)};
  for (size_t i = 0; i < points; ++i) {
    const int32_t c = out.cluster[i] = chosen_above[tree.point_cluster[i]];
    if (c < 0) continue;
    const double greatest = tree.death[c];
    out.probability[i] = greatest > 0 ? std::min(tree.point_lambda[i], greatest) / greatest : 1;
  }
  return out;
}

std::vector<double> glosh(const CondensedTree& tree) {
  std::vector<double> deepest = tree.death;
  for (size_t c = deepest.size(); c-- > 1;) deepest[tree.parent[c]] = std::max(deepest[tree.parent[c]], deepest[c]);
  std::vector<double> score(tree.point_cluster.size());
  for (size_t i = 0; i < score.size(); ++i) {
    const double greatest = deepest[tree.point_cluster[i]];
    score[i] = greatest > 0 ? (greatest - tree.point_lambda[i]) / greatest : 0;
  }
  return score;
}

}  // namespace wikitag
