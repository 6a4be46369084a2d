// Rows with norms and a proven bound on the error of float32, any 96 of which can be packed for the kernel.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/distance/kernel.h"
#include "core/support/buffer.h"
#include "core/support/pool.h"

namespace wikitag {

/** Up to kBlock rows packed as one side of a product. Made once for a thread and filled again and again. */
struct PackedSide {
  explicit PackedSide(size_t dims) : values(make_buffer(kBlock * dims)) {}
  FloatBuffer values;
  float norm[kBlock];
  size_t count = 0;
};

/**
 * A choice of n rows of x. Everything approximate is in scaled units: lengths times `scale`, a power of two that keeps
 * float32 from overflowing and changes no bit otherwise.
 */
class MeasuredRows {
 public:
  /** @param row the n chosen rows of x, or null for 0 … n-1. x and row must outlive this object. */
  MeasuredRows(const float* x, const int32_t* row, size_t n, size_t d, Pool& pool);

  size_t count() const { return n_; }
  size_t dims() const { return d_; }
  size_t blocks() const { return (n_ + kBlock - 1) / kBlock; }
  double scale() const { return scale_; }
  const float* at(size_t i) const { return x_ + static_cast<size_t>(row_ == nullptr ? i : row_[i]) * d_; }
  /** |approximate - exact| <= error(i) + error(j) for the squared distance of i and j, in scaled units. */
  float error(size_t i) const { return error_[i]; }
  /** Squared length, in float32. */
  float norm(size_t i) const { return norm_[i]; }

  /** Squared distance in float64, scaled; see exact.h. */
  double exact(size_t i, size_t j) const;

  /** Packs `count` (at most kBlock) rows as the left or the right side. */
  void pack_left(const int32_t* list, size_t count, PackedSide& side) const { pack(list, count, kernel_.mr, side); }
  void pack_right(const int32_t* list, size_t count, PackedSide& side) const { pack(list, count, kernel_.nr, side); }
  /** Approximate squared distances, >= 0, of the left rows to the right; row r of the left begins at out[r * kBlock]. */
  void distances(const PackedSide& left, const PackedSide& right, float* out) const;

 protected:
  void pack(const int32_t* list, size_t count, size_t strip_rows, float* out) const;
  void distances(const float* left, const float* norm_left, size_t height, const float* right, const float* norm_right,
                 size_t width, float* out) const;

  const float* x_;
  const int32_t* row_;
  size_t n_, d_;
  const Kernel& kernel_;
  double scale_ = 1;
  std::vector<float> norm_, error_;

 private:
  void pack(const int32_t* list, size_t count, size_t strip_rows, PackedSide& side) const;
};

}  // namespace wikitag
