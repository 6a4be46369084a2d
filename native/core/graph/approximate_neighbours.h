// Approximate nearest neighbours in far fewer than n^2 distances: a forest to begin with, then neighbours of neighbours.
#pragma once
#include <atomic>
#include <cstddef>

#include "core/distance/knn.h"
#include "core/distance/measured_rows.h"
#include "core/graph/neighbour_lists.h"
#include "core/support/pool.h"

namespace wikitag {

/** How hard to search. */
struct SearchEffort {
  size_t trees;
  /** Rounds of neighbours of neighbours. */
  size_t rounds;
};
/** What an approximate result is made from: docs/performance.md has how near it comes. */
constexpr SearchEffort kThorough{8, 2};
/** Where the caller does not say, the neighbours of more rows than this are searched for and not all measured. */
constexpr size_t kExactRows = 100000;

/**
 * The k nearest rows of each row that a search finds: every pair that shares a leaf of one of the trees is measured,
 * then, round by round, each row and the neighbours of its neighbours (NN-descent, Dong, Moses and Li 2011). There the
 * join is done in blocks: 96 rows that follow each other on a walk through the graph share their candidates, and all are
 * measured against all with the register-tiled kernel. That is more pairs, ten times as fast, and nothing in it is
 * drawn by chance: only the trees are, from fixed seeds. The result does not depend on the number of threads.
 * Distances are squared, in float32, scaled. Of masses of equal rows it finds some. k is at most n - 1.
 * Memory beyond the result: as much again, and 24 bytes a row.
 * @throws Cancelled
 */
NeighbourLists search_neighbours(const MeasuredRows& rows, size_t k, const SearchEffort& effort, Pool& pool,
                                 const std::atomic<bool>* cancelled);

/** nearest_neighbours (knn.h) as a thorough search finds them; measured and ordered in float64. Same arguments and errors. */
Neighbours approximate_neighbours(const float* x, size_t n, size_t d, size_t k, Pool& pool,
                                  const std::atomic<bool>* cancelled = nullptr);

}  // namespace wikitag
