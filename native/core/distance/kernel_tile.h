// The tile that all kernels share, written once in the compilers' portable vector types.
#pragma once
#include <cstddef>
#include <cstring>

#include "core/distance/kernel.h"

namespace wikitag {
namespace {  // each instruction set compiles its own: the linker must not fold them into one

/**
 * A tile of MR rows x 2 vectors of W floats is summed up in registers: 2 loads and MR broadcasts feed 2 MR
 * multiply-adds a column.
 */
template <int W, int MR>
struct Tile {
  static constexpr size_t nr = 2 * W;
  typedef float Vector __attribute__((vector_size(W * sizeof(float)), aligned(sizeof(float)), may_alias));

  static inline __attribute__((always_inline)) void run(const float* a, const float* b, size_t depth, bool add,
                                                           float* c) {
    Vector sum[MR][2] = {};
    for (size_t k = 0; k < depth; ++k, a += MR, b += nr) {
      const Vector b0 = *reinterpret_cast<const Vector*>(b);
      const Vector b1 = *reinterpret_cast<const Vector*>(b + W);
#pragma GCC unroll 16
      for (int r = 0; r < MR; ++r) {
        const Vector value = a[r] - Vector{};  // broadcast
        sum[r][0] += value * b0;
        sum[r][1] += value * b1;
      }
    }
#pragma GCC unroll 16
    for (int r = 0; r < MR; ++r) {
      Vector* out = reinterpret_cast<Vector*>(c + r * kBlock);
      out[0] = add ? out[0] + sum[r][0] : sum[r][0];
      out[1] = add ? out[1] + sum[r][1] : sum[r][1];
    }
  }

  static void product(const float* a, const float* b, size_t depth, size_t height, size_t width, bool add, float* c) {
    static_assert(kBlock % MR == 0 && kBlock % nr == 0, "strips must fill a block");
    for (size_t j = 0; j < width; j += nr)
      for (size_t i = 0; i < height; i += MR) run(a + i * depth, b + j * depth, depth, add, c + i * kBlock + j);
  }

  static void to_squared_distances(const float* norm_a, const float* norm_b, size_t height, float* c) {
    for (size_t r = 0; r < height; ++r)
      for (size_t j = 0; j < kBlock; ++j) {
        const float value = norm_a[r] + norm_b[j] - 2 * c[r * kBlock + j];
        c[r * kBlock + j] = value > 0 ? value : 0;
      }
  }
};

}  // namespace
}  // namespace wikitag
