// Bodies of kernels.h, included by one file for each instruction set. Vectors by the extension that GCC and Clang share.
#include "core/lsa/kernels.h"

namespace wikitag::lsa {
namespace {

typedef double Double4 __attribute__((vector_size(32), aligned(8)));
typedef float Float8 __attribute__((vector_size(32), aligned(4)));

void add_sparse_row(const uint32_t* indices, const float* values, size_t entries, const float* x, size_t width, float* out) {
  size_t c = 0;
  for (; c + 32 <= width; c += 32) {
    Float8* o = reinterpret_cast<Float8*>(out + c);
    Float8 s0 = o[0], s1 = o[1], s2 = o[2], s3 = o[3];
    for (size_t e = 0; e < entries; ++e) {
      const Float8* row = reinterpret_cast<const Float8*>(x + static_cast<size_t>(indices[e]) * width + c);
      const float v = values[e];
      s0 += v * row[0];
      s1 += v * row[1];
      s2 += v * row[2];
      s3 += v * row[3];
    }
    o[0] = s0, o[1] = s1, o[2] = s2, o[3] = s3;
  }
  if (c == width) return;
  for (size_t e = 0; e < entries; ++e) {
    const float* row = x + static_cast<size_t>(indices[e]) * width;
    for (size_t d = c; d < width; ++d) out[d] += values[e] * row[d];
  }
}

void add_gram(const double* slab, size_t count, size_t stride, size_t first, double* g) {
  for (size_t b = first / kTile * kTile; b < stride; b += kTile) {
    Double4 s[4][2] = {};
    for (size_t i = 0; i < count; ++i) {
      const double* row = slab + i * stride;
      const Double4* right = reinterpret_cast<const Double4*>(row + b);
      const Double4 low = right[0], high = right[1];
      for (size_t a = 0; a < 4; ++a) {
        s[a][0] += row[first + a] * low;
        s[a][1] += row[first + a] * high;
      }
    }
    for (size_t a = 0; a < 4; ++a) {
      Double4* out = reinterpret_cast<Double4*>(g + (first + a) * stride + b);
      out[0] += s[a][0];
      out[1] += s[a][1];
    }
  }
}

void multiply_tile(const double* y, size_t inner, const double* w, size_t stride, double* out) {
  Double4 s[4][2] = {};
  for (size_t k = 0; k < inner; ++k) {
    const Double4* right = reinterpret_cast<const Double4*>(w + k * stride);
    const Double4 low = right[0], high = right[1];
    for (size_t a = 0; a < 4; ++a) {
      s[a][0] += y[a * inner + k] * low;
      s[a][1] += y[a * inner + k] * high;
    }
  }
  for (size_t a = 0; a < 4; ++a) {
    Double4* row = reinterpret_cast<Double4*>(out + a * stride);
    row[0] = s[a][0];
    row[1] = s[a][1];
  }
}

}  // namespace
}  // namespace wikitag::lsa
