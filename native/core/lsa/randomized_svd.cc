#include "core/lsa/randomized_svd.h"

#include <algorithm>
#include <cmath>

#include "core/lsa/dense.h"

namespace wikitag::lsa {

namespace {

/** Uniform in (-1, 1) from a counter (lowbias32, a 32-bit mixing function), the same on every machine and in JavaScript. */
float uniform(uint32_t counter) {
  uint32_t x = counter;
  x ^= x >> 16;
  x *= 0x7feb352dU;
  x ^= x >> 15;
  x *= 0x846ca68bU;
  x ^= x >> 16;
  return static_cast<float>(x >> 8) * (2.0f / 16777216.0f) - 1.0f + 1.0f / 16777216.0f;
}

/** In each column the entry of largest size becomes positive, so that the sign is no accident of rounding. */
void fix_signs(std::vector<float>& scores, size_t rows, size_t rank) {
  for (size_t c = 0; c < rank; ++c) {
    float largest = 0;
    for (size_t i = 0; i < rows; ++i)
      if (std::fabs(scores[i * rank + c]) > std::fabs(largest)) largest = scores[i * rank + c];
    if (largest >= 0) continue;
    for (size_t i = 0; i < rows; ++i) scores[i * rank + c] = -scores[i * rank + c];
  }
}

}  // namespace

Svd randomized_svd(const Csr& a, const SvdOptions& options, const std::atomic<bool>* cancelled) {
  Pool pool(options.threads);
  const CsrStorage transposed = transpose(a);
  const Csr at = transposed.view();
  size_t width = std::min({options.rank + options.oversampling, a.rows, a.cols});

  std::vector<float> narrow(a.cols * width), tall(a.rows * width);
  for (size_t e = 0; e < narrow.size(); ++e) narrow[e] = uniform(static_cast<uint32_t>(e) ^ options.seed);
  multiply(a, narrow.data(), width, tall.data(), pool);
  for (size_t step = 0; step <= options.iterations; ++step) {
    check_cancelled(cancelled);
    width = orthonormalise(tall, a.rows, width, step < options.iterations ? 1 : 2, pool);
    check_cancelled(cancelled);
    narrow.resize(a.cols * width);
    multiply(at, tall.data(), width, narrow.data(), pool);
    if (step < options.iterations) multiply(a, narrow.data(), width, tall.data(), pool);
  }

  // tall = Q, narrow = A^T Q. The eigenvectors W of Q^T A A^T Q give U = Q W, and the eigenvalues the squares of S.
  check_cancelled(cancelled);
  std::vector<double> vectors = gram(narrow.data(), a.cols, width, pool);
  const std::vector<double> values = symmetric_eigen(vectors, width);
  size_t rank = 0;
  const double floor = width == 0 ? 0 : values[width - 1] * 1e-10;
  while (rank < std::min(options.rank, width) && values[width - 1 - rank] > floor) ++rank;

  Svd svd{rank, std::vector<float>(a.rows * rank), std::vector<double>(rank)};
  std::vector<double> weights(width * rank);
  for (size_t c = 0; c < rank; ++c) {
    svd.singular[c] = std::sqrt(values[width - 1 - c]);
    for (size_t k = 0; k < width; ++k) weights[k * rank + c] = vectors[k * width + width - 1 - c] * svd.singular[c];
  }
  multiply_dense(tall.data(), a.rows, width, weights.data(), rank, svd.scores.data(), pool);
  fix_signs(svd.scores, a.rows, rank);
  return svd;
}

}  // namespace wikitag::lsa
