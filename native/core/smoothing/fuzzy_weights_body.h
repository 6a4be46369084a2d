// Body of directed_weights, compiled once for the base machine and once for AVX2: four rows side by side, without the
// library's exp() and without fused multiply-adds, so that every machine, and JavaScript, rounds alike.
#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#elif defined(__GNUC__)
#pragma GCC optimize("fp-contract=off")
#endif

typedef double Four __attribute__((vector_size(32), aligned(8), may_alias));
typedef int64_t FourBits __attribute__((vector_size(32), aligned(8), may_alias));

/** e^-x for x >= 0; beyond 700 as for 700. Taylor's series of e^y, |y| <= ln 2 / 2, to y^11: an error of 1e-14 at most. */
static inline void exp_negative(const Four& given, Four& out) {
  constexpr double kMost = 700, kLog2e = 1.4426950408889634, kShift = 6755399441055744.0;  // 1.5 * 2^52
  constexpr double kLn2High = 6.93147180369123816490e-01, kLn2Low = 1.90821492927058770002e-10;
  constexpr double kTaylor[] = {1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040, 1.0 / 720,
                                1.0 / 120,      1.0 / 24,      1.0 / 6,      1.0 / 2,     1.0,        1.0};
  const Four most = Four{} + kMost;
  const Four x = given < most ? given : most;
  const Four shifted = x * kLog2e + kShift;  // its low bits are the nearest whole number
  const Four whole = shifted - kShift;
  const Four y = (whole * kLn2High - x) + whole * kLn2Low;
  Four series = Four{} + kTaylor[0];
  for (size_t term = 1; term < sizeof kTaylor / sizeof *kTaylor; ++term) series = series * y + kTaylor[term];
  const FourBits power = (int64_t{1023} << 52) - (reinterpret_cast<const FourBits&>(shifted) << 52);
  out = series * reinterpret_cast<const Four&>(power);
}

static inline void directed_weights_body(const double* cosine, size_t rows, size_t k, double steepest, double* out) {
  constexpr size_t kLanes = 4;
  constexpr int kPasses = 64;
  constexpr double kTolerance = 1e-6;
  const double wanted = std::log2(static_cast<double>(k + 1));
  std::vector<double> buffer(2 * k * kLanes);
  double* const gap = buffer.data();
  double* const weight = gap + k * kLanes;
  const Four cap = Four{} + steepest;
  for (size_t first = 0; first < rows; first += kLanes) {
    for (size_t l = 0; l < kLanes; ++l) {
      const double* row = cosine + std::min(first + l, rows - 1) * k;
      for (size_t r = 0; r < k; ++r) gap[r * kLanes + l] = std::max(row[r] - row[0], 0.0);
    }
    Four beta = {};
    for (int pass = 0;; ++pass) {
      Four sum = {}, slope = {};
      for (size_t r = 0; r < k; ++r) {
        const Four& g = reinterpret_cast<const Four*>(gap)[r];
        Four& w = reinterpret_cast<Four*>(weight)[r];
        exp_negative(g * beta, w);
        sum += w;
        slope += g * w;
      }
      const FourBits going = (sum - wanted > kTolerance) & (beta < cap) & (slope > 0.0);
      if (pass == kPasses || (going[0] | going[1] | going[2] | going[3]) == 0) break;
      // 2 (s - w) / (s + w) is not above ln(s / w) and as good next to the root.
      const Four next = beta + 2 * sum * (sum - wanted) / (slope * (sum + wanted));
      beta = going ? (next < cap ? next : cap) : beta;
    }
    for (size_t l = 0; l < std::min(kLanes, rows - first); ++l)
      for (size_t r = 0; r < k; ++r) out[(first + l) * k + r] = weight[r * kLanes + l];
  }
}
