// Rows moved onto a grid, packed for the integer kernels: proposes in half the time of float32, with a proven bound.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/distance/kernel.h"
#include "core/support/buffer.h"
#include "core/support/pool.h"

namespace wikitag {

/**
 * A choice of n rows of x, shifted by one vector and rounded to whole numbers of a step, in int16. Inner products of such
 * rows are exact in integers, so the distance on the grid is, too. It differs from the true one by no more than the two
 * rows were moved (triangle inequality): their errors, measured when they are moved. The lengths are below 2^15 steps, so
 * squared distances are below 2^32; a row much longer than most is shortened, at the price of a great error of its own.
 */
class QuantisedRows {
 public:
  /** @param row the n chosen rows of x, or null for 0 … n-1. x and row must outlive this object. */
  QuantisedRows(const float* x, const int32_t* row, size_t n, size_t d, Pool& pool);

  size_t count() const { return n_; }
  size_t blocks() const { return (n_ + kBlock - 1) / kBlock; }
  const Kernel& kernel() const { return kernel_; }

  /** Squared distance in float64; see exact.h. */
  double exact(size_t i, size_t j) const;

  /** Codes of lower bounds of the distances of block I to block J: out is kBlock x kBlock; products is room for as many. */
  void block_codes(size_t block_i, size_t block_j, uint32_t* products, DistanceCode* out) const;

  /** What the squared distance of i and j is at least and at most, given its code. */
  double at_least(DistanceCode code) const;
  double at_most(DistanceCode code, size_t i, size_t j) const;
  /** No row whose squared distance is at most so much has a greater code. */
  DistanceCode code_of(double squared) const;

 private:
  const float* at(size_t i) const { return x_ + static_cast<size_t>(row_ == nullptr ? i : row_[i]) * d_; }
  void choose_step(Pool& pool);
  void quantise_block(size_t block);
  void quantise(size_t i, int16_t* out);
  void pack(const int16_t* rows, size_t block, size_t strip_rows, uint32_t* out) const;
  GridSide side(size_t block) const { return {norm_.data() + block * kBlock, error_.data() + block * kBlock}; }

  const float* x_;
  const int32_t* row_;
  size_t n_, d_, pairs_;
  const Kernel& kernel_;
  double step_ = 1, longest_ = 0;
  std::vector<double> shift_;
  std::vector<double> length_;
  std::vector<uint32_t> norm_;
  std::vector<float> error_;
  Buffer<uint32_t> left_, right_;
};

}  // namespace wikitag
