// The transpose of 8 x 8 numbers of 16 bits.
#pragma once
#include <cstddef>
#include <cstdint>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace wikitag {

/** out[c * out_stride + r] = in[r * in_stride + c], rows and columns 0 … 7. */
inline void transpose_8x8(const uint16_t* in, size_t in_stride, uint16_t* out, size_t out_stride) {
#if defined(__SSE2__)
  __m128i row[8], pair[8];
  for (size_t r = 0; r < 8; ++r) row[r] = _mm_loadu_si128(reinterpret_cast<const __m128i*>(in + r * in_stride));
  // Three rounds of taking the first halves of two rows in turns, and the second halves.
  for (size_t round = 0; round < 3; ++round) {
    for (size_t r = 0; r < 4; ++r) {
      pair[2 * r] = _mm_unpacklo_epi16(row[r], row[r + 4]);
      pair[2 * r + 1] = _mm_unpackhi_epi16(row[r], row[r + 4]);
    }
    for (size_t r = 0; r < 8; ++r) row[r] = pair[r];
  }
  for (size_t c = 0; c < 8; ++c) _mm_storeu_si128(reinterpret_cast<__m128i*>(out + c * out_stride), row[c]);
#else
  for (size_t r = 0; r < 8; ++r)
    for (size_t c = 0; c < 8; ++c) out[c * out_stride + r] = in[r * in_stride + c];
#endif
}

}  // namespace wikitag
