#include <algorithm>
#include <limits>
#include <numeric>

#include "core/hdbscan/steps.h"

namespace wikitag {
namespace {

/** Lambda for a distance of 0: that of the smallest distance above 0 in the tree. */
double lambda_limit(const Points& points, const std::vector<double>& core, const PrimWalk& walk) {
  double least = std::numeric_limits<double>::infinity();
  for (const double distance : walk.distance)
    if (distance > 0) least = std::min(least, distance);
  for (size_t i = 0; i < core.size(); ++i)
    if (points.weight[i] > 1 && core[i] > 0) least = std::min(least, core[i]);
  return least == std::numeric_limits<double>::infinity() ? 1 : 1 / least;
}

}  // namespace

Dendrogram single_linkage(const Points& points, const std::vector<double>& core, const PrimWalk& walk) {
  const size_t n = points.count();
  const size_t merges = n == 0 ? 0 : n - 1;
  const double limit = lambda_limit(points, core, walk);
  const auto lambda_of = [limit](double distance) { return distance > 0 ? 1 / distance : limit; };
  const std::vector<int32_t> steps = quicksort_order(walk.distance.data() + 1, merges);

  Dendrogram tree;
  tree.points = n;
  tree.left.resize(merges);
  tree.right.resize(merges);
  tree.lambda.resize(merges);
  tree.size = points.weight;
  tree.size.resize(n + merges);
  std::vector<int32_t> above(n + merges);
  std::iota(above.begin(), above.end(), 0);
  const auto top = [&above](int32_t at) {
    while (above[at] != at) at = above[at] = above[above[at]];
    return at;
  };
  for (size_t m = 0; m < merges; ++m) {
    const size_t step = static_cast<size_t>(steps[m]);
    const int32_t node = static_cast<int32_t>(n + m);
    tree.left[m] = top(walk.point[step]);
    tree.right[m] = top(walk.point[step + 1]);
    above[tree.left[m]] = node;
    above[tree.right[m]] = node;
    tree.size[node] = tree.size[tree.left[m]] + tree.size[tree.right[m]];
    tree.lambda[m] = lambda_of(walk.distance[step + 1]);
  }
  tree.point_lambda.resize(n);
  std::transform(core.begin(), core.end(), tree.point_lambda.begin(), lambda_of);
  return tree;
}

}  // namespace wikitag
