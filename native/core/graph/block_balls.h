// Balls around blocks of rows, to pass over pairs of blocks that are far apart.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "core/distance/packed_rows.h"
#include "core/support/pool.h"

namespace wikitag {

/** For each block of kBlock rows its mean and the greatest distance of a row from it. */
class BlockBalls {
 public:
  BlockBalls(const MeasuredRows& rows, Pool& pool) : d_(rows.dims()), centre_(rows.blocks() * d_), radius_(rows.blocks()) {
    const double scale = rows.scale();
    pool.parallel_for(rows.blocks(), [&](size_t block) {
      const size_t first = block * kBlock, end = std::min(rows.count(), first + kBlock);
      double* centre = centre_.data() + block * d_;
      for (size_t i = first; i < end; ++i)
        for (size_t c = 0; c < d_; ++c) centre[c] += rows.at(i)[c] * scale;
      for (size_t c = 0; c < d_; ++c) centre[c] /= static_cast<double>(end - first);
      for (size_t i = first; i < end; ++i) {
        double sum = 0;
        for (size_t c = 0; c < d_; ++c) sum += square(rows.at(i)[c] * scale - centre[c]);
        radius_[block] = std::max(radius_[block], std::sqrt(sum));
      }
    });
  }

  /** True only where no row of one block is as near to a row of the other as the squared distance (triangle inequality). */
  bool apart(size_t i, size_t j, double squared) const {
    const double reach = (radius_[i] + radius_[j] + std::sqrt(squared)) * (1 + 1e-9);
    double sum = 0;
    for (size_t first = 0; first < d_; first += 64) {
      for (size_t c = first; c < std::min(d_, first + 64); ++c) sum += square(centre_[i * d_ + c] - centre_[j * d_ + c]);
      if (sum * (1 - 1e-9) > reach * reach) return true;
    }
    return false;
  }

 private:
  static double square(double value) { return value * value; }

  size_t d_;
  std::vector<double> centre_, radius_;
};

}  // namespace wikitag
