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
 * Adds edges between the components of a neighbour graph and returns the walk through the result from row `first`: one
 * tree, never with an edge of made-up length. An edge of the neighbour graph can be trusted as the shortest out of a
 * component only while no row in it knows all its neighbours to a lesser distance than that (its `reach`): a cluster of
 * more rows than a list holds has no neighbours outside, and a path over distant rows that happens to connect it says
 * nothing about how near the next cluster is. So components grow only over edges that one side can trust (Boruvka 1926).
 * Those that are left are cut into pieces, runs of at most kBlock rows of the walk; each piece is measured against the
 * pieces of other components with the nearest centroids, and the shortest edge of each such pair, in float64, is added.
 * That is the component's reach from then on. Again until all is one; the largest component is reached from the others.
 * A bridge that is not the very shortest makes two components merge late; nothing collapses. The result does not depend
 * on the number of threads.
 * @param reach squared distance within which each row's neighbours are all among the edges, as far as one knows
 * @throws Cancelled
 */
SparseWalk connect(const MeasuredRows& rows, EdgeList& edges, const std::vector<double>& squared_core,
                   std::vector<double> reach, size_t first, Pool& pool, const std::atomic<bool>* cancelled);

}  // namespace wikitag
