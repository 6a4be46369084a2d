#include "core/smoothing/product.h"

#include <algorithm>

namespace wikitag {
#include "core/smoothing/panel_product_body.h"

namespace {
constexpr size_t kRun = 256;
/** Entries of the product of two panels. */
constexpr size_t kEntries = kPanel * kPanel;
/** Panels a side of a square of products: a run of all of them stays in the second cache, and is read from memory once. */
constexpr size_t kSquare = 4;

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
  const size_t high = (a.count() + kSquare - 1) / kSquare, wide = (b.count() + kSquare - 1) / kSquare;
  pool.parallel_for(high * wide, [&](size_t square) {
    const size_t p0 = square / wide * kSquare, q0 = square % wide * kSquare;
    const size_t p1 = std::min(a.count(), p0 + kSquare), q1 = std::min(b.count(), q0 + kSquare);
    if (symmetric && q1 <= p0) return;
    check_cancelled(cancelled);
    std::vector<double> totals(kSquare * kSquare * kEntries);
    const auto total = [&](size_t p, size_t q) { return totals.data() + ((p - p0) * kSquare + q - q0) * kEntries; };
    for (size_t r = 0; r < a.rows; r += kRun) {
      const size_t run = std::min(kRun, a.rows - r);
      for (size_t p = p0; p < p1; ++p) {
        for (size_t q = symmetric ? std::max(p, q0) : q0; q < q1; ++q) {
          float acc[kEntries] = {};
          product(a.panel(p) + r * kPanel, b.panel(q) + r * kPanel, run, acc);
          for (size_t e = 0; e < kEntries; ++e) total(p, q)[e] += acc[e];
        }
      }
    }
    for (size_t p = p0; p < p1; ++p) {
      for (size_t q = symmetric ? std::max(p, q0) : q0; q < q1; ++q) {
        for (size_t i = 0; i < kPanel && p * kPanel + i < a.columns; ++i) {
          for (size_t j = 0; j < kPanel && q * kPanel + j < b.columns; ++j) {
            const size_t row = p * kPanel + i, column = q * kPanel + j;
            out[row * b.columns + column] = total(p, q)[i * kPanel + j];
            if (symmetric) out[column * b.columns + row] = total(p, q)[i * kPanel + j];
          }
        }
      }
    }
  });
  return out;
}

}  // namespace wikitag
