// Body of panel_product, compiled once for the base machine and once for AVX2. Vectors of 8 by the extension that GCC and
// Clang share: left to itself the compiler keeps the sums in memory, ten times slower.
typedef float Vector8 __attribute__((vector_size(32), aligned(4), may_alias));

static inline void outer_products(const float* a, const float* b, size_t rows, float* acc) {
  static_assert(kPanel == 16, "two vectors a row");
  for (size_t part = 0; part < kPanel; part += 4) {
    Vector8 low[4] = {}, high[4] = {};
    for (size_t r = 0; r < rows; ++r) {
      const float* left = a + r * kPanel + part;
      const Vector8 b0 = *reinterpret_cast<const Vector8*>(b + r * kPanel);
      const Vector8 b1 = *reinterpret_cast<const Vector8*>(b + r * kPanel + 8);
      for (size_t i = 0; i < 4; ++i) {
        low[i] += left[i] * b0;
        high[i] += left[i] * b1;
      }
    }
    for (size_t i = 0; i < 4; ++i) {
      *reinterpret_cast<Vector8*>(acc + (part + i) * kPanel) += low[i];
      *reinterpret_cast<Vector8*>(acc + (part + i) * kPanel + 8) += high[i];
    }
  }
}
