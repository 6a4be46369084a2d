// Core distances and spanning tree without n^2 memory.
#pragma once
#include <atomic>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "core/hdbscan/hdbscan.h"
#include "core/hdbscan/steps.h"
#include "core/support/pool.h"
#include "core/support/stopwatch.h"

namespace wikitag {

struct Tree {
  /** Core distance of each point. */
  std::vector<double> core;
  PrimWalk walk;
};

/**
 * In O(n) memory. First a good tree: near neighbours by search, their edges, and the shortest bridges found between
 * components. Where `exact`, one pass over all pairs then completes it (tree_edges.h): cores and walk are those of
 * squared_core_distances and spanning_tree, to the bit. Otherwise that tree is the result: every distance in it is true,
 * but there may be shorter ones. All is computed on distinct rows in the order of their contents, so the tree does not
 * depend on the order of the rows, but for ties where params.ties says so.
 * @param points the points of params.ties, which the tree is to span
 * @throws Cancelled; std::invalid_argument where the known neighbours are too few; std::bad_alloc
 */
Tree sparse_tree(const float* x, size_t n, size_t d, const Points& points, const HdbscanParams& params, bool exact,
                 Pool& pool, const std::atomic<bool>* cancelled, Stopwatch& watch);

}  // namespace wikitag
