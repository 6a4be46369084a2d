// Rows made ready for the kernel: packed, scaled, with norms and a proven bound on the error of float32.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/distance/kernel.h"
#include "core/support/buffer.h"
#include "core/support/pool.h"

namespace wikitag {

/**
 * A choice of n rows of x, ready for fast approximate distances. Everything approximate is in scaled units: lengths
 * times `scale`, a power of two that keeps float32 from overflowing and changes no bit otherwise.
 */
class PackedRows {
 public:
  /** @param row the n chosen rows of x, or null for 0 … n-1. x and row must outlive this object. */
  PackedRows(const float* x, const int32_t* row, size_t n, size_t d, Pool& pool);

  size_t count() const { return n_; }
  size_t dims() const { return d_; }
  size_t blocks() const { return (n_ + kBlock - 1) / kBlock; }
  double scale() const { return scale_; }
  /** |approximate - exact| <= error(i) + error(j) for the squared distance of i and j, in scaled units. */
  float error(size_t i) const { return error_[i]; }

  /** Squared distance in float64, scaled; see exact.h. */
  double exact(size_t i, size_t j) const;

  /** Room that block_distances needs, in floats. */
  size_t strip_floats() const { return kBlock * d_; }
  /** Packs block I as the left side of block_distances into `strip`. */
  void pack_strip(size_t block, float* strip) const;
  /** Approximate squared distances, >= 0, of the packed strip of block I to block J: out is kBlock x kBlock. */
  void block_distances(size_t block_i, const float* strip, size_t block_j, float* out) const;

 private:
  const float* at(size_t i) const { return x_ + static_cast<size_t>(row_ == nullptr ? i : row_[i]) * d_; }
  void pack(size_t block, size_t strip_rows, float* out) const;

  const float* x_;
  const int32_t* row_;
  size_t n_, d_;
  const Kernel& kernel_;
  double scale_ = 1;
  std::vector<float> norm_, error_;
  FloatBuffer packed_;
};

}  // namespace wikitag
