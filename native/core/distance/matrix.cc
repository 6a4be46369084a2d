#include "core/distance/matrix.h"

#include <algorithm>
#include <cstring>

#include "core/distance/transpose.h"

namespace wikitag {
namespace {

/** Blocks of rows that share one pass over all others: with 1 the packed rows come from memory so often that it shows. */
constexpr size_t kGroup = 4;
/** With fewer blocks than that, groups would be too few for the threads to end together. */
constexpr size_t kFewBlocks = 32;

}  // namespace

DistanceMatrix::DistanceMatrix(const QuantisedRows& rows, Pool& pool, const std::atomic<bool>* cancelled)
    : n_(rows.count()), width_((n_ + 63) / 64 * 64), values_(make_buffer<DistanceCode>(n_ * width_)) {
  const size_t together = rows.blocks() < kFewBlocks ? 1 : kGroup;
  // The first groups have the most work and are taken first, so the threads end together.
  pool.parallel_for((rows.blocks() + together - 1) / together, [&](size_t group) {
    const size_t first = group * together;
    const size_t last = std::min(rows.blocks(), first + together);
    const Buffer<uint32_t> products = make_buffer<uint32_t>(kBlock * kBlock);
    const Buffer<DistanceCode> tile = make_buffer<DistanceCode>(kBlock * kBlock);
    for (size_t j = first; j < rows.blocks(); ++j) {
      check_cancelled(cancelled);
      for (size_t i = first; i < std::min(last, j + 1); ++i) {
        rows.block_codes(i, j, products.get(), tile.get());
        store(tile.get(), i * kBlock, j * kBlock);
      }
    }
    for (size_t i = first * kBlock; i < std::min(n_, last * kBlock); ++i) {
      values_[i * width_ + i] = kNoCode;
      std::fill(values_.get() + i * width_ + n_, values_.get() + (i + 1) * width_, kNoCode);
    }
  });
}

void DistanceMatrix::store(const DistanceCode* tile, size_t i0, size_t j0) {
  const size_t height = std::min(kBlock, n_ - i0);
  const size_t width = std::min(kBlock, n_ - j0);
  for (size_t r = 0; r < height; ++r)
    std::memcpy(values_.get() + (i0 + r) * width_ + j0, tile + r * kBlock, width * sizeof(DistanceCode));
  if (i0 == j0) return;
  // Only the last block is not whole, and it is never on the left here.
  alignas(64) DistanceCode turned[8][kBlock];
  for (size_t c = 0; c < width; c += 8) {
    for (size_t r = 0; r < kBlock; r += 8) transpose_8x8(tile + r * kBlock + c, kBlock, &turned[0][r], kBlock);
    for (size_t l = 0; l < std::min<size_t>(8, width - c); ++l)
      std::memcpy(values_.get() + (j0 + c + l) * width_ + i0, turned[l], sizeof turned[l]);
  }
}

}  // namespace wikitag
