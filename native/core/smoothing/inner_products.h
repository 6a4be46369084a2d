// Inner products in float64 that the smoothed method asks for in bulk.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace wikitag {

/** Cosines of `count` pairs of unit rows of x (d floats each): pair p is rows pairs[2p] and pairs[2p + 1]. */
std::vector<double> pair_cosines(const float* x, size_t d, const int32_t* pairs, size_t count);

/**
 * Inner products of the sums of groups of rows, groups x groups: entry (a, b) is the sum over all pairs of a row of group a
 * and one of group b.
 * @param label group of each of the n rows of x, -1 for none
 */
std::vector<double> group_products(const float* x, size_t n, size_t d, const int32_t* label, size_t groups);

/** Mean of the n rows (at least one) of x, each column summed in row order. */
std::vector<double> mean_of_rows(const float* x, size_t n, size_t d);

/** Inner product of two rows of d numbers: eight sums side by side, added up in pairs. */
double inner_product_of_sums(const double* a, const double* b, size_t d);

double inner_product_of_rows_avx2(const float* a, const float* b, size_t d);
double inner_product_of_sums_avx2(const double* a, const double* b, size_t d);

}  // namespace wikitag
