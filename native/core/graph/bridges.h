// Short edges between the components of a neighbour graph, so that it becomes one.
#pragma once
#include <atomic>
#include <cstddef>
#include <vector>

#include "core/distance/measured_rows.h"
#include "core/graph/sparse_walk.h"
#include "core/support/pool.h"

namespace wikitag {

/**
 * Adds edges to `edges` until they connect all rows, and returns the walk through the result from row `first`. Never an
 * edge of made-up length: each is the shortest found between two near pieces of different components, measured in
 * float64. A piece is up to kBlock rows that follow each other on the walk through their component; the pieces measured
 * against each other are those with the nearest centroids. In each round every component but the largest gets an edge out
 * (Boruvka 1926), so there are at most log2(components) rounds. What a bridge that is not the very shortest can do is
 * make a merge of two components come late; nothing collapses. The result does not depend on the number of threads.
 * @throws Cancelled
 */
SparseWalk connect(const MeasuredRows& rows, EdgeList& edges, const std::vector<double>& squared_core, size_t first,
                   Pool& pool, const std::atomic<bool>* cancelled);

}  // namespace wikitag
