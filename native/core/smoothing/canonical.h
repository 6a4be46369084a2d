// The different rows of an input as unit vectors, in an order that depends on their content alone.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/support/pool.h"

namespace wikitag {

struct CanonicalRows {
  /** For every row its canonical row, -1 for a zero row; how many rows each canonical row stands for. */
  std::vector<int32_t> canonical_of, copies;
};

/**
 * Normalises, sorts and deduplicates the n rows of x (d floats each, all finite) into `out` (room for n x d floats). To the bit what
 * src/clustering/smoothing/canonical.ts does.
 * @throws Cancelled, std::bad_alloc
 */
CanonicalRows canonical_rows(const float* x, size_t n, size_t d, float* out, Pool& pool,
                             const std::atomic<bool>* cancelled = nullptr);

}  // namespace wikitag
