// Dense float32 products of tall matrices, the one heavy step of principal components.
#pragma once
#include <cstddef>
#include <vector>

#include "core/support/pool.h"

namespace wikitag {

/** Columns of a packed panel. */
constexpr size_t kPanel = 16;

/** A rows x columns matrix cut into panels of 16 columns, each stored row by row, the last padded with zeros. */
struct Panels {
  size_t rows = 0, columns = 0;
  std::vector<float> data;
  size_t count() const { return (columns + kPanel - 1) / kPanel; }
  const float* panel(size_t p) const { return data.data() + p * rows * kPanel; }
  float* panel(size_t p) { return data.data() + p * rows * kPanel; }
};

Panels make_panels(size_t rows, size_t columns);

/**
 * out = a' b in float64 (a.columns x b.columns, row-major), for a and b with the same rows. Products are summed in float32
 * over short runs of rows and in float64 over the runs, always in the same order.
 * @param symmetric a and b are the same matrix: only half is computed
 */
std::vector<double> transposed_product(const Panels& a, const Panels& b, bool symmetric, Pool& pool,
                                       const std::atomic<bool>* cancelled);

/** acc (16 x 16) += the outer products of `rows` rows of two panels. */
void panel_product(const float* a, const float* b, size_t rows, float* acc);
void panel_product_avx2(const float* a, const float* b, size_t rows, float* acc);

}  // namespace wikitag
