// New neighbours from old ones, after all rows have moved a little.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "core/distance/knn.h"
#include "core/support/pool.h"

namespace wikitag {

/**
 * The k nearest of each row of x (n rows of d floats) among the rows that were near it before: its previous neighbours,
 * the k nearest of the rows that had it as a neighbour, and the same of all of these. Rows that moved along a neighbour
 * graph hardly ever get a neighbour from further away; a search among all rows would cost fifty times as much. Ordered by
 * (exact distance, index). src/clustering/smoothing/refresh.ts is its twin, with the same bits.
 * @param previous k neighbours a row, nearest first
 * @throws Cancelled, std::bad_alloc
 */
Neighbours refresh_neighbours(const float* x, size_t n, size_t d, const Neighbours& previous, Pool& pool,
                              const std::atomic<bool>* cancelled = nullptr);

/** out[c] = squared distance of row `of` and row `to[c]` in float32, from the differences: its error is relative. */
void quick_distances(const float* x, size_t d, size_t of, const int32_t* to, size_t count, float* out);
void quick_distances_avx2(const float* x, size_t d, size_t of, const int32_t* to, size_t count, float* out);

}  // namespace wikitag
