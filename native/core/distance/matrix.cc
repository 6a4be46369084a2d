#include "core/distance/matrix.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace wikitag {

DistanceMatrix::DistanceMatrix(const PackedRows& rows, Pool& pool, const std::atomic<bool>* cancelled)
    : stride_((rows.count() + 15) / 16 * 16), values_(make_buffer(rows.count() * stride_)) {
  const size_t n = rows.count();
  // The first blocks have the most work and are taken first, so the threads end together.
  pool.parallel_for(rows.blocks(), [&](size_t block_i) {
    FloatBuffer strip = make_buffer(rows.strip_floats());
    FloatBuffer tile = make_buffer(kBlock * kBlock);
    rows.pack_strip(block_i, strip.get());
    const size_t i0 = block_i * kBlock;
    const size_t height = std::min(kBlock, n - i0);
    for (size_t block_j = block_i; block_j < rows.blocks(); ++block_j) {
      check_cancelled(cancelled);
      rows.block_distances(block_i, strip.get(), block_j, tile.get());
      const size_t j0 = block_j * kBlock;
      const size_t width = std::min(kBlock, n - j0);
      for (size_t r = 0; r < height; ++r)
        std::memcpy(values_.get() + (i0 + r) * stride_ + j0, tile.get() + r * kBlock, width * sizeof(float));
      if (block_j == block_i) continue;
      for (size_t c = 0; c < width; ++c) {
        float* out = values_.get() + (j0 + c) * stride_ + i0;
        for (size_t r = 0; r < height; ++r) out[r] = tile[r * kBlock + c];
      }
    }
    for (size_t i = i0; i < i0 + height; ++i) values_[i * stride_ + i] = std::numeric_limits<float>::infinity();
  });
}

}  // namespace wikitag
