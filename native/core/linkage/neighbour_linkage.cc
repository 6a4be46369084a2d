#include "core/linkage/neighbour_linkage.h"

#include <algorithm>
#include <numeric>

#include "core/linkage/near_groups.h"
#include "core/support/pool.h"

namespace wikitag {

namespace {

/** A merge of two groups, known by their lowest rows. */
struct GroupMerge {
  int32_t a, b;
  double height;
};

std::vector<GroupMerge> chain_merges(NearGroups& groups, size_t n, const std::atomic<bool>* cancelled) {
  std::vector<GroupMerge> merges;
  std::vector<int32_t> chain, place(n, -1);  // where a group is in the chain
  std::vector<double> height(n, 0);
  const auto shorten = [&](size_t length) {
    for (; chain.size() > length; chain.pop_back()) place[chain.back()] = -1;
  };
  const auto extend = [&](int32_t group) {
    place[group] = static_cast<int32_t>(chain.size());
    chain.push_back(group);
  };
  for (size_t start = 0; start < n;) {
    check_cancelled(cancelled);
    if (chain.empty()) {
      if (groups.alone(static_cast<int32_t>(start))) {
        ++start;
        continue;
      }
      extend(static_cast<int32_t>(start));
    }
    const int32_t top = chain.back();
    const int32_t before = chain.size() > 1 ? chain[chain.size() - 2] : -1;
    const int32_t next = groups.nearest(top, before);
    if (next != before) {
      // A merge can make neighbours of groups that are nearer than the chain knew: it goes on from the lower one.
      if (place[next] >= 0) {
        shorten(static_cast<size_t>(place[next]) + 1);
      } else {
        extend(next);
      }
      continue;
    }
    shorten(chain.size() - 2);
    const int32_t a = std::min(top, before), b = std::max(top, before);
    // Such a pair can be nearer than the merge that made it one: no parent below its child.
    height[a] = std::max(groups.distance(a, b), std::max(height[a], height[b]));
    merges.push_back({a, b, height[a]});
    groups.join(a, b);
  }
  return merges;
}

/** Chain order to height order, groups to node numbers. Stable: equal heights stay in chain order, children before parents. */
Merges numbered(std::vector<GroupMerge>& merges, size_t n) {
  std::stable_sort(merges.begin(), merges.end(),
                   [](const GroupMerge& x, const GroupMerge& y) { return x.height < y.height; });
  std::vector<int32_t> node(n);
  std::iota(node.begin(), node.end(), 0);
  Merges out;
  for (const auto& [a, b, height] : merges) {
    out.left.push_back(node[a]);
    out.right.push_back(node[b]);
    out.height.push_back(height);
    node[a] = static_cast<int32_t>(n + out.height.size() - 1);
  }
  return out;
}

}  // namespace

Merges neighbour_linkage(const float* x, size_t n, size_t d, const int32_t* index, size_t k,
                         const std::atomic<bool>* cancelled) {
  NearGroups groups(x, n, d, index, k);
  std::vector<GroupMerge> merges = chain_merges(groups, n, cancelled);
  return numbered(merges, n);
}

}  // namespace wikitag
