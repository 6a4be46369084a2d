#include "core/distance/packed_rows.h"

#include <algorithm>
#include <numeric>

namespace wikitag {

PackedRows::PackedRows(const float* x, const int32_t* row, size_t n, size_t d, Pool& pool)
    : MeasuredRows(x, row, n, d, pool), packed_(make_buffer(blocks() * kBlock * d)) {
  pool.parallel_for(blocks(), [&](size_t block) { pack_block(block, kernel_.nr, packed_.get() + block * kBlock * d_); });
}

void PackedRows::pack_block(size_t block, size_t strip_rows, float* out) const {
  int32_t list[kBlock];
  std::iota(list, list + kBlock, static_cast<int32_t>(block * kBlock));
  const size_t rows = std::min(kBlock, n_ - block * kBlock);
  if (rows < kBlock) std::fill_n(out, kBlock * d_, 0.0f);
  pack(list, rows, strip_rows, out);
}

void PackedRows::pack_strip(size_t block, float* strip) const { pack_block(block, kernel_.mr, strip); }

void PackedRows::block_distances(size_t block_i, const float* strip, size_t block_j, float* out) const {
  distances(strip, norm_.data() + block_i * kBlock, kBlock, packed_.get() + block_j * kBlock * d_,
            norm_.data() + block_j * kBlock, kBlock, out);
}

}  // namespace wikitag
