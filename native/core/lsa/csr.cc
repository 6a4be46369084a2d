#include "core/lsa/csr.h"

#include <algorithm>

#include "core/lsa/kernels.h"

namespace wikitag::lsa {

namespace {
constexpr size_t kRowsPerBlock = 64;
}

CsrStorage transpose(const Csr& a) {
  const size_t entries = a.row_start[a.rows];
  CsrStorage t;
  t.rows = a.cols;
  t.cols = a.rows;
  t.row_start.assign(a.cols + 1, 0);
  t.indices.resize(entries);
  t.values.resize(entries);
  for (size_t e = 0; e < entries; ++e) ++t.row_start[a.indices[e] + 1];
  for (size_t j = 0; j < a.cols; ++j) t.row_start[j + 1] += t.row_start[j];
  std::vector<uint32_t> next(t.row_start.begin(), t.row_start.end() - 1);
  for (size_t i = 0; i < a.rows; ++i) {
    for (uint32_t e = a.row_start[i]; e < a.row_start[i + 1]; ++e) {
      const uint32_t at = next[a.indices[e]]++;
      t.indices[at] = static_cast<uint32_t>(i);
      t.values[at] = a.values[e];
    }
  }
  return t;
}

void multiply(const Csr& a, const float* x, size_t width, float* out, Pool& pool) {
  const auto add = kernels().add_sparse_row;
  pool.parallel_for((a.rows + kRowsPerBlock - 1) / kRowsPerBlock, [&](size_t block) {
    const size_t end = std::min(a.rows, (block + 1) * kRowsPerBlock);
    for (size_t i = block * kRowsPerBlock; i < end; ++i) {
      float* row = out + i * width;
      std::fill(row, row + width, 0.0f);
      const uint32_t first = a.row_start[i];
      add(a.indices + first, a.values + first, a.row_start[i + 1] - first, x, width, row);
    }
  });
}

}  // namespace wikitag::lsa
