// Lower bounds of all pairwise distances, stored.
#pragma once
#include <atomic>
#include <cstddef>

#include "core/distance/quantised_rows.h"
#include "core/support/buffer.h"
#include "core/support/pool.h"

namespace wikitag {

/** n^2 codes; half of them computed, all stored. */
class DistanceMatrix {
 public:
  /** @throws Cancelled, std::bad_alloc */
  DistanceMatrix(const QuantisedRows& rows, Pool& pool, const std::atomic<bool>* cancelled);

  /** Codes of row i's distances to all rows; kNoCode to itself and past the end, up to width(), a multiple of 64. */
  const DistanceCode* row(size_t i) const { return values_.get() + i * width_; }
  size_t width() const { return width_; }

 private:
  /** Writes the codes of rows i0 … to rows j0 …, both ways round. */
  void store(const DistanceCode* tile, size_t i0, size_t j0);

  size_t n_, width_;
  Buffer<DistanceCode> values_;
};

}  // namespace wikitag
