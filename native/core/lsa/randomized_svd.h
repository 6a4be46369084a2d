// Truncated SVD of a sparse matrix by a randomised range finder (Halko, Martinsson and Tropp 2011, algorithms 4.4, 5.1).
#pragma once
#include <atomic>
#include <cstdint>
#include <vector>

#include "core/lsa/csr.h"

namespace wikitag::lsa {

struct SvdOptions {
  size_t rank;         // wanted singular triplets
  size_t oversampling; // columns of the range finder beyond rank
  size_t iterations;   // power iterations
  uint32_t seed;       // of the range finder
  size_t threads;      // 0: one a core; the result does not depend on it
};

struct Svd {
  size_t rank;                      // found: at most the wanted rank and the rank of the matrix
  std::vector<float> scores;        // U * S, rows x rank, row-major; columns by falling singular value
  std::vector<double> singular;     // rank
};

/** @throws Cancelled where the flag is raised on the way. */
Svd randomized_svd(const Csr& a, const SvdOptions& options, const std::atomic<bool>* cancelled);

}  // namespace wikitag::lsa
