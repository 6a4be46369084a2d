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
/** Found on made clusters and real wikis: more of either changed no result by .001 (docs/performance.md). */
constexpr SearchEffort kThorough{8, 2};

/**
 * The k nearest rows of each row that a search finds: every pair that shares a leaf of one of the trees is measured,
 * then, round by round, each row and the neighbours of its neighbours (NN-descent, Dong, Moses and Li 2011). There the
 * join is done in blocks: 96 rows that follow each other on a walk through the graph share their candidates, and all are
 * measured against all with the register-tiled kernel. That is more pairs, ten times as fast, and nothing in it is
 * drawn by chance: only the trees are, from fixed seeds. The result does not depend on the number of threads.
 * Distances are squared, in float32, scaled. Rows must be distinct; k is at most n - 1.
 * Memory beyond the result: as much again, and 24 bytes a row.
 * @throws Cancelled
 */
NeighbourLists search_neighbours(const MeasuredRows& rows, size_t k, const SearchEffort& effort, Pool& pool,
                                 const std::atomic<bool>* cancelled);

/** The lists measured again in float64 and ordered by (distance, index); squared distances, scaled. */
Neighbours measured_neighbours(const MeasuredRows& rows, const NeighbourLists& lists, Pool& pool,
                               const std::atomic<bool>* cancelled);

}  // namespace wikitag
