// The k nearest other rows of every row: proposed in float32, decided in float64.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/distance/packed_rows.h"
#include "core/support/pool.h"

namespace wikitag {

/** Row i's neighbours are index[i*k … i*k+k-1], nearest first, with their Euclidean distances. */
struct Neighbours {
  size_t n = 0, k = 0;
  std::vector<int32_t> index;
  std::vector<double> distance;
};

/**
 * The k nearest other rows (the row itself excluded, its duplicates not) of each of the n rows of x (row-major, d
 * floats each, all finite), by Euclidean distance computed in float64, ordered by (distance, index). Exact: float32
 * proposes all rows that can be among them by a proven bound on its error. The result does not depend on the number of
 * threads. Memory beyond the result: a packed copy of x, and 96 n floats a thread.
 * @param k at most n - 1; larger values are cut to that.
 * @throws Cancelled when the flag is raised meanwhile; std::bad_alloc.
 */
Neighbours nearest_neighbours(const float* x, size_t n, size_t d, size_t k, Pool& pool,
                              const std::atomic<bool>* cancelled = nullptr);

/** The same for rows packed already. */
Neighbours nearest_neighbours(const PackedRows& rows, size_t k, Pool& pool,
                              const std::atomic<bool>* cancelled = nullptr);

/**
 * Decides among candidates: the k nearest of each row's `width` proposed rows (row i's are candidates[i*width …]; -1, the
 * row itself and repetitions are passed over), by (exact distance, index).
 * @throws std::invalid_argument where a row has fewer than k candidates.
 */
Neighbours refine_neighbours(const float* x, size_t n, size_t d, const int32_t* candidates, size_t width, size_t k,
                             Pool& pool, const std::atomic<bool>* cancelled = nullptr);

}  // namespace wikitag
