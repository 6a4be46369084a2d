// Compressed sparse rows, as scipy and the TypeScript side lay them out.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/support/pool.h"

namespace wikitag::lsa {

/** Borrowed rows x cols matrix: row i holds indices[row_start[i] .. row_start[i + 1]) and the values beside them. */
struct Csr {
  size_t rows;
  size_t cols;
  const uint32_t* row_start;  // rows + 1
  const uint32_t* indices;    // column of each entry, below cols
  const float* values;
};

/** An owned matrix, for the transpose. */
struct CsrStorage {
  std::vector<uint32_t> row_start, indices;
  std::vector<float> values;
  size_t rows = 0, cols = 0;
  Csr view() const { return {rows, cols, row_start.data(), indices.data(), values.data()}; }
};

/** The transpose, entries of a row in the order of the original rows. */
CsrStorage transpose(const Csr& a);

/**
 * out = a * x for row-major float32 x (a.cols x width) and out (a.rows x width). Each row of out is one thread's work,
 * summed in the order of the entries, so the bits do not depend on the number of threads.
 */
void multiply(const Csr& a, const float* x, size_t width, float* out, Pool& pool);

}  // namespace wikitag::lsa
