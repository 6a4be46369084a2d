#include "core/smoothing/product.h"

namespace wikitag {
#include "core/smoothing/panel_product_body.h"

void panel_product_avx2(const float* a, const float* b, size_t rows, float* acc) { outer_products(a, b, rows, acc); }
}  // namespace wikitag
