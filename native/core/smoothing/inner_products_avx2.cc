#include "core/smoothing/inner_products.h"

namespace wikitag {
#include "core/smoothing/inner_products_body.h"

double inner_product_of_rows_avx2(const float* a, const float* b, size_t d) { return inner_product_body(a, b, d); }
double inner_product_of_sums_avx2(const double* a, const double* b, size_t d) { return inner_product_body(a, b, d); }
}  // namespace wikitag
