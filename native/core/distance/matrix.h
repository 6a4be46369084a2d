// All pairwise approximate squared distances, stored.
#pragma once
#include <atomic>
#include <cstddef>

#include "core/distance/packed_rows.h"
#include "core/support/buffer.h"
#include "core/support/pool.h"

namespace wikitag {

/** n^2 float32 of scaled approximate squared distances (see PackedRows::error); half of them computed, all stored. */
class DistanceMatrix {
 public:
  /** @throws Cancelled, std::bad_alloc */
  DistanceMatrix(const PackedRows& rows, Pool& pool, const std::atomic<bool>* cancelled);

  /** Distances of row i to all rows; to itself: infinity. */
  const float* row(size_t i) const { return values_.get() + i * stride_; }

 private:
  /** Writes the distances of rows i0 … to rows j0 …, both ways round. */
  void store(const float* tile, size_t i0, size_t j0, size_t n);

  size_t stride_;
  FloatBuffer values_;
};

}  // namespace wikitag
