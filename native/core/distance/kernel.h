// The register-tiled kernel: inner products of 96 rows with 96 others. One for each instruction set.
#pragma once
#include <cstddef>

namespace wikitag {

/** Rows of a block; a multiple of every kernel's mr and nr. */
constexpr size_t kBlock = 96;
/** Columns that are summed up before they are added to the result: bounds both the cache used and the rounding error. */
constexpr size_t kDepth = 256;

/**
 * Adds to c (kBlock x kBlock, row-major) the inner products over `depth` columns of the rows of a block a with those of a
 * block b. a is packed in strips of mr rows, b in strips of nr rows; a strip of s rows holds depth x s floats, column
 * after column.
 */
using BlockProduct = void (*)(const float* a, const float* b, size_t depth, float* c);

struct Kernel {
  const char* name;
  size_t mr, nr;
  BlockProduct product;
};

/** The fastest kernel that this CPU can run. */
const Kernel& best_kernel();

extern const Kernel portable_kernel;
#if defined(__x86_64__)
extern const Kernel avx2_kernel;
extern const Kernel avx512_kernel;
#endif

}  // namespace wikitag
