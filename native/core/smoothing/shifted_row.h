// One row of a step of blurring mean shift.
#pragma once
#include <cstddef>
#include <cstdint>

namespace wikitag {

struct WeightedRows {
  const int32_t* row;
  const double* weight;
  size_t count;
};

/** Half way from a row of x (d floats each) to the weighted mean of others, at length 1. @param moved room for d numbers */
void shifted_row(const float* x, size_t d, size_t row, const WeightedRows& near, double* moved, float* out);
void shifted_row_avx2(const float* x, size_t d, size_t row, const WeightedRows& near, double* moved, float* out);

}  // namespace wikitag
