// Every edge that a minimum spanning tree of all rows can have, found in one pass over all pairs.
#pragma once
#include <atomic>
#include <cstddef>
#include <vector>

#include "core/graph/sparse_walk.h"
#include "core/support/pool.h"

namespace wikitag {

/** A spanning tree that need not be a least one: its walk (no component begins but at 0), and cores not below the true. */
struct UpperTree {
  SparseWalk walk;
  std::vector<double> squared_core;
};

/**
 * All pairs of the points that can be an edge of a minimum spanning tree over mutual reachability, with their exact
 * squared distances; and all pairs that are as near as the core distance of either. All squared and scaled.
 *
 * Why one pass is enough. Let m(i, j) be the greatest weight on the path from i to j in the given tree. An edge that is in
 * some minimum spanning tree weighs no more than the greatest weight on any other path between its ends, so
 * d(i, j) <= w(i, j) <= m(i, j); for the given tree's cores and so its weights are not below the true ones. And every
 * edge at i weighs at least its core distance, so d(i, j) <= core(i) implies d(i, j) <= m(i, j) as well. Hence the pairs
 * with d <= m hold them all. Along the walk of Prim's algorithm m(i, j) is the greatest step between the two, a running
 * maximum. float32 with its error bound rules out, float64 decides. The nearer the given tree is to a least one, the
 * fewer pairs there are; where they become many, the tree is made anew from those found so far.
 *
 * @param row the row of x of each point; all points must differ
 * @param wanted rows that make a core distance; weight: rows that each point stands for
 * @throws Cancelled; TooManyTies where over `most` pairs stay even so: too many distances are equal
 */
EdgeList tree_edges(const float* x, const std::vector<int32_t>& row, size_t d, UpperTree tree, size_t wanted,
                    const std::vector<int32_t>& weight, size_t most, Pool& pool, const std::atomic<bool>* cancelled);

struct TooManyTies {};

/** Squared distance of each point to the `wanted`-th row but itself, as far as the edges hold them; else infinity. */
std::vector<double> cores_within(size_t n, const EdgeList& edges, size_t wanted, const std::vector<int32_t>& weight,
                                 Pool& pool);

}  // namespace wikitag
