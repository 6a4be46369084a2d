// A neighbour graph laid out in the plane.
#pragma once
#include <atomic>
#include <vector>

#include "core/smoothing/fuzzy_graph.h"
#include "core/support/pool.h"

namespace wikitag {

/**
 * Positions of the graph's points in the plane, x and y of point i at 2i and 2i + 1: UMAP's forces with Student's t as the
 * kernel, all points moving at once. src/clustering/map/layout.ts is its twin and says why; both give the same bits, for
 * any number of threads. Time grows with the edges; memory beyond the graph is 8 numbers a point.
 * @param graph symmetric, weights 0 to 1
 * @param initial starting positions, 2 n
 * @throws Cancelled, std::bad_alloc
 */
std::vector<double> layout(const FuzzyGraph& graph, const double* initial, Pool& pool,
                           const std::atomic<bool>* cancelled = nullptr);

}  // namespace wikitag
