// The inner loops of the SVD, built once for any CPU and once for AVX2. Plain pointers only: a template instantiated in a
// file with other instruction-set flags could be the one that the linker keeps for all.
#pragma once
#include <cstddef>
#include <cstdint>

namespace wikitag::lsa {

struct Kernels {
  /** out[c] += sum over entries of values[e] * x[indices[e] * width + c], in the order of the entries. */
  void (*add_sparse_row)(const uint32_t* indices, const float* values, size_t entries, const float* x, size_t width, float* out);
  /** g[a][b] += sum over count rows of slab[i][a] * slab[i][b] for a in [first, first + 4) and b from first to stride. */
  void (*add_gram)(const double* slab, size_t count, size_t stride, size_t first, double* g);
  /** out (4 x 8, rows `stride` apart) = y (4 rows, `inner` apart) * w (inner rows of 8, `stride` apart). */
  void (*multiply_tile)(const double* y, size_t inner, const double* w, size_t stride, double* out);
};

/** Columns of a float64 matrix are padded to a multiple of this. */
constexpr size_t kTile = 8;

extern const Kernels kPortableKernels;
#if defined(__x86_64__)
extern const Kernels kAvx2Kernels;
#endif

/** The fastest that this CPU runs. */
inline const Kernels& kernels() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return kAvx2Kernels;
#endif
  return kPortableKernels;
}

}  // namespace wikitag::lsa
