// Body of quick_distances, compiled once for the base machine and once for AVX2. See panel_product_body.h.
typedef float Lanes __attribute__((vector_size(32), aligned(4), may_alias));

static inline void quick_distances_body(const float* x, size_t d, size_t of, const int32_t* to, size_t count, float* out) {
  const float* a = x + of * d;
  for (size_t c = 0; c < count; ++c) {
    const float* b = x + static_cast<size_t>(to[c]) * d;
    Lanes even = {}, odd = {};
    size_t j = 0;
    for (; j + 16 <= d; j += 16) {
      const Lanes s = *reinterpret_cast<const Lanes*>(a + j) - *reinterpret_cast<const Lanes*>(b + j);
      const Lanes t = *reinterpret_cast<const Lanes*>(a + j + 8) - *reinterpret_cast<const Lanes*>(b + j + 8);
      even += s * s;
      odd += t * t;
    }
    even += odd;
    float sum = ((even[0] + even[4]) + (even[1] + even[5])) + ((even[2] + even[6]) + (even[3] + even[7]));
    for (; j < d; ++j) sum += (a[j] - b[j]) * (a[j] - b[j]);
    out[c] = sum;
  }
}
