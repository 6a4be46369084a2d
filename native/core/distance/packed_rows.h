// Rows all packed for the kernel, in blocks of 96, for passes over all pairs.
#pragma once
#include <cstddef>
#include <cstdint>

#include "core/distance/measured_rows.h"

namespace wikitag {

/** Measured rows and a packed copy of them. */
class PackedRows : public MeasuredRows {
 public:
  PackedRows(const float* x, const int32_t* row, size_t n, size_t d, Pool& pool);

  /** Room that block_distances needs, in floats. */
  size_t strip_floats() const { return kBlock * d_; }
  /** Packs block I as the left side of block_distances into `strip`. */
  void pack_strip(size_t block, float* strip) const;
  /** Approximate squared distances, >= 0, of the packed strip of block I to block J: out is kBlock x kBlock. */
  void block_distances(size_t block_i, const float* strip, size_t block_j, float* out) const;

 private:
  void pack_block(size_t block, size_t strip_rows, float* out) const;

  FloatBuffer packed_;
};

}  // namespace wikitag
