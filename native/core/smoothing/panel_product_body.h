// Body of panel_product, compiled once for the base machine and once for AVX2. Vectors of 8 by the extension that GCC and
// Clang share: left to itself the compiler keeps the sums in memory, ten times slower.
typedef float Vector8 __attribute__((vector_size(32), aligned(4), may_alias));

/** Columns `part` to `part` + kColumns of a: their sums stay in registers. */
template <size_t kColumns>
static inline __attribute__((always_inline)) void outer_products_of(const float* a, const float* b, size_t rows, size_t part, float* acc) {
  Vector8 low[kColumns] = {}, high[kColumns] = {};
  for (size_t r = 0; r < rows; ++r) {
    const float* left = a + r * kPanel + part;
    const Vector8 b0 = *reinterpret_cast<const Vector8*>(b + r * kPanel);
    const Vector8 b1 = *reinterpret_cast<const Vector8*>(b + r * kPanel + 8);
#pragma GCC unroll 6
    for (size_t i = 0; i < kColumns; ++i) {
      const Vector8 value = left[i] - Vector8{};  // broadcast once for both
      low[i] += value * b0;
      high[i] += value * b1;
    }
  }
#pragma GCC unroll 6
  for (size_t i = 0; i < kColumns; ++i) {
    *reinterpret_cast<Vector8*>(acc + (part + i) * kPanel) += low[i];
    *reinterpret_cast<Vector8*>(acc + (part + i) * kPanel + 8) += high[i];
  }
}

/** Six columns make 12 sums, as many as the multiply-adds under way in two units, and with b they fill 16 registers. */
static inline void outer_products(const float* a, const float* b, size_t rows, float* acc) {
  static_assert(kPanel == 16, "two vectors a row, and 6 + 6 + 4 columns");
  outer_products_of<6>(a, b, rows, 0, acc);
  outer_products_of<6>(a, b, rows, 6, acc);
  outer_products_of<4>(a, b, rows, 12, acc);
}
