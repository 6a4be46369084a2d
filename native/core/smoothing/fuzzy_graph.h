// UMAP's fuzzy neighbourhood weights.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/distance/knn.h"
#include "core/support/pool.h"

namespace wikitag {

/** A sparse symmetric matrix by rows: columns ascending within a row. */
struct FuzzyGraph {
  std::vector<size_t> start;
  std::vector<int32_t> column;
  std::vector<double> weight;
};

/**
 * exp(-(d - nearest) / sigma) over cosine distances (half the squared Euclidean ones, the rows being unit vectors), sigma
 * such that a row's weights sum to log2(k + 1), made symmetric by a + b - ab (McInnes et al. 2018, section 3.1).
 */
FuzzyGraph fuzzy_graph(const Neighbours& neighbours, Pool& pool);

}  // namespace wikitag
