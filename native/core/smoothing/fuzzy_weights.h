// The weights of a fuzzy neighbour graph before they are made symmetric, the same bits on every machine.
#pragma once
#include <cstddef>

namespace wikitag {

/**
 * For each row exp(-(c - nearest) * beta) of its k cosine distances c (nearest first), with beta such that they sum to
 * log2(k + 1), but not above `steepest`. Newton's method from beta = 0 on the logarithm of the sum, which is convex: it
 * nears beta from below and never passes it. fuzzy-graph.ts does the same operations in the same order.
 */
void directed_weights(const double* cosine, size_t rows, size_t k, double steepest, double* out);

void directed_weights_avx2(const double* cosine, size_t rows, size_t k, double steepest, double* out);

}  // namespace wikitag
