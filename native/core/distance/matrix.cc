#include "core/distance/matrix.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace wikitag {
namespace {

/** Blocks of rows that share one pass over all others: with 1 the packed rows come from memory so often that it shows. */
constexpr size_t kGroup = 4;

}  // namespace

DistanceMatrix::DistanceMatrix(const PackedRows& rows, Pool& pool, const std::atomic<bool>* cancelled)
    : stride_((rows.count() + 15) / 16 * 16), values_(make_buffer(rows.count() * stride_)) {
  const size_t n = rows.count();
  const size_t groups = (rows.blocks() + kGroup - 1) / kGroup;
  // The first groups have the most work and are taken first, so the threads end together.
  pool.parallel_for(groups, [&](size_t group) {
    const size_t first = group * kGroup;
    const size_t last = std::min(rows.blocks(), first + kGroup);
    FloatBuffer strips = make_buffer(kGroup * rows.strip_floats());
    FloatBuffer tile = make_buffer(kBlock * kBlock);
    for (size_t i = first; i < last; ++i) rows.pack_strip(i, strips.get() + (i - first) * rows.strip_floats());
    for (size_t j = first; j < rows.blocks(); ++j) {
      check_cancelled(cancelled);
      for (size_t i = first; i < std::min(last, j + 1); ++i) {
        rows.block_distances(i, strips.get() + (i - first) * rows.strip_floats(), j, tile.get());
        store(tile.get(), i * kBlock, j * kBlock, n);
      }
    }
    for (size_t i = first * kBlock; i < std::min(n, last * kBlock); ++i)
      values_[i * stride_ + i] = std::numeric_limits<float>::infinity();
  });
}

void DistanceMatrix::store(const float* tile, size_t i0, size_t j0, size_t n) {
  const size_t height = std::min(kBlock, n - i0);
  const size_t width = std::min(kBlock, n - j0);
  for (size_t r = 0; r < height; ++r)
    std::memcpy(values_.get() + (i0 + r) * stride_ + j0, tile + r * kBlock, width * sizeof(float));
  if (i0 == j0) return;
  for (size_t c = 0; c < width; ++c) {
    float* out = values_.get() + (j0 + c) * stride_ + i0;
    for (size_t r = 0; r < height; ++r) out[r] = tile[r * kBlock + c];
  }
}

}  // namespace wikitag
