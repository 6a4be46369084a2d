// The register-tiled kernels: inner products of 96 rows with 96 others. A set of them for each instruction set.
#pragma once
#include <cstddef>
#include <cstdint>

#include "core/distance/distance_code.h"

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

/** What codes need of a block of rows on the grid (quantised_rows.h): squared lengths and the rows' own errors, in steps. */
struct GridSide {
  const uint32_t* norm;
  const float* error;
};
/** As BlockProduct, in integers modulo 2^32: in place of a float of one column stand the int16 of two. Whole blocks. */
using GridProduct = void (*)(const uint32_t* a, const uint32_t* b, size_t pairs, bool add, uint32_t* c);
/** Codes of the distances less both errors, from the inner products. */
using ToCodes = void (*)(const GridSide& a, const GridSide& b, const uint32_t* c, DistanceCode* out);
/**
 * Which j < count have max(value[j], least) < limit[j], ascending, into hits; returns how many. count is a multiple of 64.
 */
using Below = size_t (*)(const DistanceCode* value, DistanceCode least, const DistanceCode* limit, size_t count,
                         uint32_t* hits);

struct Kernel {
  const char* name;
  size_t mr, nr;
  BlockProduct product;
  ToSquaredDistances to_squared_distances;
  GridProduct grid_product;
  ToCodes to_codes;
  Below below;
};

/** The fastest kernel that this CPU can run. */
const Kernel& best_kernel();

extern const Kernel portable_kernel;
#if defined(__x86_64__)
extern const Kernel avx2_kernel;
extern const Kernel avx512_kernel;
#endif

}  // namespace wikitag
