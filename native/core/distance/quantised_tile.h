// The tile of the integer kernels, written once for all instruction sets, like kernel_tile.h.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "core/distance/distance_code.h"
#include "core/distance/kernel.h"

namespace wikitag {
namespace {  // each instruction set compiles its own: the linker must not fold them into one

/** W lanes of 32 bits. What the portable vector types cannot say is said to each instruction set in its own words. */
template <int W>
struct Lanes {
  typedef uint32_t Vector __attribute__((vector_size(W * 4), aligned(4), may_alias));
  typedef int32_t Signed __attribute__((vector_size(W * 4), aligned(4), may_alias));
  typedef float Real __attribute__((vector_size(W * 4), aligned(4), may_alias));
  typedef DistanceCode Short __attribute__((vector_size(W * 2)));

  /** In each lane the sum of the products of the two int16 in a with those in b. */
  static inline __attribute__((always_inline)) Vector pair_products(Vector a, Vector b) {
#if defined(__AVX512BW__)
    if constexpr (W == 16) return reinterpret_cast<Vector>(_mm512_madd_epi16(reinterpret_cast<__m512i>(a), reinterpret_cast<__m512i>(b)));
#endif
#if defined(__AVX2__)
    if constexpr (W == 8) return reinterpret_cast<Vector>(_mm256_madd_epi16(reinterpret_cast<__m256i>(a), reinterpret_cast<__m256i>(b)));
#endif
#if defined(__SSE2__)
    if constexpr (W == 4) return reinterpret_cast<Vector>(_mm_madd_epi16(reinterpret_cast<__m128i>(a), reinterpret_cast<__m128i>(b)));
#endif
    const Signed low = (reinterpret_cast<Signed>(a << 16) >> 16) * (reinterpret_cast<Signed>(b << 16) >> 16);
    const Signed high = (reinterpret_cast<Signed>(a) >> 16) * (reinterpret_cast<Signed>(b) >> 16);
    return reinterpret_cast<Vector>(low) + reinterpret_cast<Vector>(high);
  }

  static inline __attribute__((always_inline)) Real root(Real x) {
#if defined(__AVX512F__)
    if constexpr (W == 16) return reinterpret_cast<Real>(_mm512_maskz_sqrt_ps(0xffff, reinterpret_cast<__m512>(x)));
#endif
#if defined(__AVX2__)
    if constexpr (W == 8) return reinterpret_cast<Real>(_mm256_sqrt_ps(reinterpret_cast<__m256>(x)));
#endif
    float lane[W];
    std::memcpy(lane, &x, sizeof lane);
    for (float& value : lane) value = __builtin_sqrtf(value);
    std::memcpy(&x, lane, sizeof lane);
    return x;
  }
};

template <int W, int MR>
struct QuantisedTile {
  static constexpr size_t nr = 2 * W;
  using Vector = typename Lanes<W>::Vector;
  using Signed = typename Lanes<W>::Signed;
  using Real = typename Lanes<W>::Real;
  using Short = typename Lanes<W>::Short;

  static inline __attribute__((always_inline)) void run(const uint32_t* a, const uint32_t* b, size_t pairs, bool add,
                                                           uint32_t* c) {
    Vector sum[MR][2] = {};
    for (size_t k = 0; k < pairs; ++k, a += MR, b += nr) {
      const Vector b0 = *reinterpret_cast<const Vector*>(b);
      const Vector b1 = *reinterpret_cast<const Vector*>(b + W);
#pragma GCC unroll 16
      for (int r = 0; r < MR; ++r) {
        const Vector value = a[r] + Vector{};  // broadcast
        sum[r][0] += Lanes<W>::pair_products(value, b0);
        sum[r][1] += Lanes<W>::pair_products(value, b1);
      }
    }
#pragma GCC unroll 16
    for (int r = 0; r < MR; ++r) {
      Vector* out = reinterpret_cast<Vector*>(c + r * kBlock);
      out[0] = add ? out[0] + sum[r][0] : sum[r][0];
      out[1] = add ? out[1] + sum[r][1] : sum[r][1];
    }
  }

  static void product(const uint32_t* a, const uint32_t* b, size_t pairs, bool add, uint32_t* c) {
    static_assert(kBlock % MR == 0 && kBlock % nr == 0, "strips must fill a block");
    for (size_t j = 0; j < kBlock; j += nr)
      for (size_t i = 0; i < kBlock; i += MR) run(a + i * pairs, b + j * pairs, pairs, add, c + i * kBlock + j);
  }

  static void to_codes(const GridSide& a, const GridSide& b, const uint32_t* c, DistanceCode* out) {
    for (size_t r = 0; r < kBlock; ++r)
      for (size_t j = 0; j < kBlock; j += W) {
        const Vector product = *reinterpret_cast<const Vector*>(c + r * kBlock + j);
        // Modulo 2^32, which it is below. In two halves: there is no conversion of unsigned numbers.
        const Vector squared = a.norm[r] + *reinterpret_cast<const Vector*>(b.norm + j) - 2 * product;
        const Real high = __builtin_convertvector(reinterpret_cast<Signed>(squared >> 16), Real);
        const Real low = __builtin_convertvector(reinterpret_cast<Signed>(squared & 0xffff), Real);
        const Real distance = Lanes<W>::root(high * 65536.0f + low) - a.error[r] - *reinterpret_cast<const Real*>(b.error + j);
        const Signed some = reinterpret_cast<Signed>(distance >= 1.0f);  // less, even below 0, is code 0
        const Signed code = reinterpret_cast<Signed>((reinterpret_cast<Vector>(distance) - kCodeBase) & reinterpret_cast<Vector>(some)) >> kCodeShift;
        const Signed most = static_cast<int32_t>(kGreatestCode) + Signed{};
        const Signed cut = (code & (code < most)) | (most & (code >= most));
        const Short codes = __builtin_convertvector(cut, Short);
        std::memcpy(out + r * kBlock + j, &codes, sizeof codes);
      }
  }

  static size_t below(const DistanceCode* value, DistanceCode least, const DistanceCode* limit, size_t count, uint32_t* hits) {
    constexpr size_t run = 64;
    size_t found = 0;
    for (size_t first = 0; first < count; first += run) {
      DistanceCode any = 0;
      for (size_t j = first; j < first + run; ++j) {
        const DistanceCode at = value[j] > least ? value[j] : least;
        any |= static_cast<DistanceCode>(at < limit[j]);
      }
      if (!any) continue;
      for (size_t j = first; j < first + run; ++j)
        if (value[j] < limit[j] && least < limit[j]) hits[found++] = static_cast<uint32_t>(j);
    }
    return found;
  }
};

}  // namespace
}  // namespace wikitag
