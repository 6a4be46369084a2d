#include <algorithm>

#include "core/hdbscan/steps.h"

namespace wikitag {
namespace {

std::vector<char> leaves(const CondensedTree& tree) {
  std::vector<char> chosen(tree.clusters(), 1);
  for (const int32_t parent : tree.parent)
    if (parent >= 0) chosen[parent] = 0;
  return chosen;
}

std::vector<char> excess_of_mass(const CondensedTree& tree) {
  std::vector<char> chosen(tree.clusters());
  std::vector<double> below(tree.clusters());
  for (size_t c = tree.clusters(); c-- > 0;) {
    chosen[c] = tree.stability[c] >= below[c];
    if (tree.parent[c] >= 0) below[tree.parent[c]] += std::max(tree.stability[c], below[c]);
  }
  return chosen;
}

void drop_descendants(const CondensedTree& tree, std::vector<char>& chosen) {
  std::vector<char> covered(tree.clusters());
  for (size_t c = 0; c < tree.clusters(); ++c) {
    const bool above = tree.parent[c] >= 0 && covered[tree.parent[c]];
    covered[c] = above || chosen[c];
    if (above) chosen[c] = 0;
  }
}

}  // namespace

std::vector<char> select_clusters(const CondensedTree& tree, Selection selection, bool allow_root) {
  std::vector<char> chosen = selection == Selection::leaf ? leaves(tree) : excess_of_mass(tree);
  if (!chosen.empty() && !allow_root) chosen[0] = 0;
  if (selection == Selection::eom) drop_descendants(tree, chosen);
  return chosen;
}

}  // namespace wikitag
