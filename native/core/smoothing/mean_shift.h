// Blurring mean shift on the sphere, over the neighbour graph.
#pragma once
#include <atomic>
#include <cstddef>
#include <vector>

#include "core/distance/knn.h"
#include "core/support/pool.h"

namespace wikitag {

struct Blurred {
  /** Unit rows after the step, n x d. */
  std::vector<float> rows;
  /** The neighbours before the step. */
  Neighbours neighbours;
};

/**
 * One step (Cheng 1995; Carreira-Perpinan 2006): every row of x (n unit rows of d floats) moves half way to the mean of
 * its k nearest rows, weighted by the fuzzy graph, all at once. src/clustering/smoothing/mean-shift.ts is its twin.
 * @throws Cancelled, std::bad_alloc
 */
Blurred blur(const float* x, size_t n, size_t d, size_t k, Pool& pool, const std::atomic<bool>* cancelled = nullptr);

}  // namespace wikitag
