// Body of the inner products, compiled once for the base machine and once for AVX2: eight sums in float64, added up in a
// fixed order. No fused multiply-adds: every machine rounds alike.
#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#elif defined(__GNUC__)
#pragma GCC optimize("fp-contract=off")
#endif

typedef double FourSums __attribute__((vector_size(32), aligned(8), may_alias));
typedef float FourFloats __attribute__((vector_size(16), aligned(4), may_alias));

static inline void multiply_four(const double* a, const double* b, FourSums& sum) {
  sum += *reinterpret_cast<const FourSums*>(a) * *reinterpret_cast<const FourSums*>(b);
}
static inline void multiply_four(const float* a, const float* b, FourSums& sum) {
  sum += __builtin_convertvector(*reinterpret_cast<const FourFloats*>(a), FourSums) *
         __builtin_convertvector(*reinterpret_cast<const FourFloats*>(b), FourSums);
}

template <class T>
static inline double inner_product_body(const T* a, const T* b, size_t d) {
  FourSums low = {}, high = {};
  size_t j = 0;
  for (; j + 8 <= d; j += 8) {
    multiply_four(a + j, b + j, low);
    multiply_four(a + j + 4, b + j + 4, high);
  }
  double lane[8] = {low[0], low[1], low[2], low[3], high[0], high[1], high[2], high[3]};
  for (size_t l = 0; j < d; ++j, ++l) lane[l] += static_cast<double>(a[j]) * b[j];
  return ((lane[0] + lane[1]) + (lane[2] + lane[3])) + ((lane[4] + lane[5]) + (lane[6] + lane[7]));
}
