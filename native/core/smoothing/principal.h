// The subspace of the greatest principal components.
#pragma once
#include <atomic>
#include <cstddef>
#include <vector>

#include "core/support/pool.h"

namespace wikitag {

/**
 * The n rows of x (row-major, d floats each), less their mean, within the subspace of their `dims` greatest principal
 * components, scaled to length 1: n x dims. Subspace iteration (Halko et al. 2011, algorithm 4.4) started from sums of
 * rows; the basis within the subspace is arbitrary but always the same. src/clustering/smoothing/principal.ts is its twin.
 * @param dims less than d
 * @throws Cancelled, std::bad_alloc
 */
std::vector<float> principal(const float* x, size_t n, size_t d, size_t dims, Pool& pool,
                             const std::atomic<bool>* cancelled = nullptr);

}  // namespace wikitag
