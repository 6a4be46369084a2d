#include "core/smoothing/product.h"

#include <algorithm>

namespace wikitag {
#include "core/smoothing/panel_product_body.h"

namespace {
constexpr size_t kRun = 256;

using PanelProduct = void (*)(const float*, const float*, size_t, float*);

PanelProduct pick() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return panel_product_avx2;
#endif
  return panel_product;
}
}  // namespace

void panel_product(const float* a, const float* b, size_t rows, float* acc) { outer_products(a, b, rows, acc); }

Panels make_panels(size_t rows, size_t columns) {
  Panels panels;
  panels.rows = rows;
  panels.columns = columns;
  panels.data.assign(panels.count() * rows * kPanel, 0.0f);
  return panels;
}

std::vector<double> transposed_product(const Panels& a, const Panels& b, bool symmetric, Pool& pool,
                                       const std::atomic<bool>* cancelled) {
  static const PanelProduct product = pick();
  std::vector<double> out(a.columns * b.columns);
  pool.parallel_for(a.count(), [&](size_t p) {
    check_cancelled(cancelled);
    for (size_t q = symmetric ? p : 0; q < b.count(); ++q) {
      double total[kPanel * kPanel] = {};
      for (size_t r = 0; r < a.rows; r += kRun) {
        float acc[kPanel * kPanel] = {};
        const size_t run = std::min(kRun, a.rows - r);
        product(a.panel(p) + r * kPanel, b.panel(q) + r * kPanel, run, acc);
        for (size_t e = 0; e < kPanel * kPanel; ++e) total[e] += acc[e];
      }
      for (size_t i = 0; i < kPanel && p * kPanel + i < a.columns; ++i) {
        for (size_t j = 0; j < kPanel && q * kPanel + j < b.columns; ++j) {
          const size_t row = p * kPanel + i, column = q * kPanel + j;
          out[row * b.columns + column] = total[i * kPanel + j];
          if (symmetric) out[column * b.columns + row] = total[i * kPanel + j];
        }
      }
    }
  });
  return out;
}

}  // namespace wikitag
