// Blurring mean shift on the sphere, over the neighbour graph.
#pragma once
#include <atomic>
#include <cstddef>
#include <vector>

#include "core/distance/knn.h"
#include "core/support/pool.h"

namespace wikitag {

/**
 * One step (Cheng 1995; Carreira-Perpinan 2006): every row of x (n unit rows of d floats) moves half way to the mean of
 * its neighbours, weighted by their fuzzy graph, all at once; n x d unit rows. src/clustering/smoothing/mean-shift.ts is
 * its twin.
 * @throws Cancelled, std::bad_alloc
 */
std::vector<float> shift(const float* x, size_t n, size_t d, const Neighbours& neighbours, Pool& pool,
                         const std::atomic<bool>* cancelled = nullptr);

}  // namespace wikitag
