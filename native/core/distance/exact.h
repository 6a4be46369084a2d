// The one distance that decides: float64, from the differences, the same bits everywhere.
#pragma once
#include <cstddef>

namespace wikitag {

/**
 * Squared Euclidean distance in float64 of two rows of d floats. Summed over 8 fixed lanes, then as a fixed tree, with
 * no fused multiply-add: the TypeScript twin (src/clustering/distance/exact.ts) gives the same bits.
 */
double exact_squared_distance(const float* a, const float* b, size_t d);

#if defined(__x86_64__)
/** The same for CPUs that have AVX2; called by the above. */
double exact_squared_distance_avx2(const float* a, const float* b, size_t d);
#endif

}  // namespace wikitag
