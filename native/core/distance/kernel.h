// The register-tiled kernel: inner products of 96 rows with 96 others. One for each instruction set.
#pragma once
#include <cstddef>

namespace wikitag {

/** Rows of a block; a multiple of every kernel's mr and nr. */
constexpr size_t kBlock = 96;
/** Columns that are summed up before they are added to the result: bounds both the cache used and the rounding error. */
constexpr size_t kDepth = 256;

/**
 * Inner products over `depth` columns of the rows of a block a with those of a block b, put into c (kBlock x kBlock,
 * row-major), or added to it. a is packed in strips of mr rows, b in strips of nr rows; a strip of s rows holds depth x s
 * floats, column after column. Only the strips that hold the first `height` rows of a and `width` rows of b are read.
 */
using BlockProduct = void (*)(const float* a, const float* b, size_t depth, size_t height, size_t width, bool add,
                              float* c);
/** Squared distances, >= 0, in place of inner products, from the squared lengths of the rows. */
using ToSquaredDistances = void (*)(const float* norm_a, const float* norm_b, size_t height, float* c);

struct Kernel {
  const char* name;
  size_t mr, nr;
  BlockProduct product;
  ToSquaredDistances to_squared_distances;
};

/** The fastest kernel that this CPU can run. */
const Kernel& best_kernel();

extern const Kernel portable_kernel;
#if defined(__x86_64__)
extern const Kernel avx2_kernel;
extern const Kernel avx512_kernel;
#endif

}  // namespace wikitag
