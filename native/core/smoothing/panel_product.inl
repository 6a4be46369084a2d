// Body of panel_product, compiled once for the base machine and once for AVX2: plain loops over fixed sizes, which the
// compiler turns into vector code.
static inline void outer_products(const float* __restrict a, const float* __restrict b, size_t rows, float* __restrict acc) {
  for (size_t part = 0; part < kPanel; part += 4) {
    float sum[4][kPanel] = {};
    for (size_t r = 0; r < rows; ++r) {
      const float* left = a + r * kPanel + part;
      const float* right = b + r * kPanel;
      for (size_t i = 0; i < 4; ++i) {
        for (size_t j = 0; j < kPanel; ++j) sum[i][j] += left[i] * right[j];
      }
    }
    for (size_t i = 0; i < 4; ++i) {
      for (size_t j = 0; j < kPanel; ++j) acc[(part + i) * kPanel + j] += sum[i][j];
    }
  }
}
