// Body of shifted_row, compiled once for the base machine and once for AVX2. No fused multiply-adds: every machine rounds alike.
#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#elif defined(__GNUC__)
#pragma GCC optimize("fp-contract=off")
#endif

typedef double Doubles __attribute__((vector_size(32), aligned(8), may_alias));
typedef float Floats __attribute__((vector_size(16), aligned(4), may_alias));

/** Columns whose sums stay in registers while all neighbours pass. */
constexpr size_t kColumns = 16;

static inline void shifted_row_body(const float* x, size_t d, size_t row, const WeightedRows& near, double* moved,
                                    float* out) {
  constexpr double kStay = 0.5;
  constexpr size_t kLanes = 4, kParts = kColumns / kLanes;
  double total = 0;
  for (size_t e = 0; e < near.count; ++e) total += near.weight[e];
  const double pull = total > 0 ? (1 - kStay) / total : 0;
  const float* own = x + row * d;
  double norm[kColumns] = {};
  size_t j = 0;
  for (; j + kColumns <= d; j += kColumns) {
    Doubles sum[kParts] = {};
    for (size_t e = 0; e < near.count; ++e) {
      const float* from = x + static_cast<size_t>(near.row[e]) * d + j;
      for (size_t p = 0; p < kParts; ++p)
        sum[p] += near.weight[e] * __builtin_convertvector(*reinterpret_cast<const Floats*>(from + p * kLanes), Doubles);
    }
    for (size_t p = 0; p < kParts; ++p) {
      const Doubles stays = __builtin_convertvector(*reinterpret_cast<const Floats*>(own + j + p * kLanes), Doubles);
      const Doubles value = kStay * stays + pull * sum[p];
      *reinterpret_cast<Doubles*>(moved + j + p * kLanes) = value;
      *reinterpret_cast<Doubles*>(norm + p * kLanes) += value * value;
    }
  }
  for (size_t l = 0; j < d; ++j, ++l) {
    double sum = 0;
    for (size_t e = 0; e < near.count; ++e) sum += near.weight[e] * x[static_cast<size_t>(near.row[e]) * d + j];
    moved[j] = kStay * own[j] + pull * sum;
    norm[l] += moved[j] * moved[j];
  }
  double squared = 0;
  for (const double part : norm) squared += part;
  const double scale = squared > 0 ? 1 / std::sqrt(squared) : 0;
  for (size_t c = 0; c < d; ++c) out[c] = static_cast<float>(moved[c] * scale);
}
