#include "core/smoothing/mean_shift.h"

#include <algorithm>
#include <cmath>

#include "core/smoothing/fuzzy_graph.h"

namespace wikitag {
namespace {
constexpr double kStay = 0.5;
constexpr size_t kRowBlock = 64;
}  // namespace

std::vector<float> shift(const float* x, size_t n, size_t d, const Neighbours& neighbours, Pool& pool,
                         const std::atomic<bool>* cancelled) {
  const FuzzyGraph graph = fuzzy_graph(neighbours, pool);
  std::vector<float> out(n * d);
  pool.parallel_for((n + kRowBlock - 1) / kRowBlock, [&](size_t block) {
    check_cancelled(cancelled);
    std::vector<double> moved(d);
    for (size_t i = block * kRowBlock; i < std::min(n, (block + 1) * kRowBlock); ++i) {
      std::fill(moved.begin(), moved.end(), 0.0);
      double total = 0;
      for (size_t e = graph.start[i]; e < graph.start[i + 1]; ++e) {
        const double weight = graph.weight[e];
        const float* from = x + static_cast<size_t>(graph.column[e]) * d;
        total += weight;
        for (size_t j = 0; j < d; ++j) moved[j] += weight * from[j];
      }
      const double pull = total > 0 ? (1 - kStay) / total : 0;
      double norm = 0;
      for (size_t j = 0; j < d; ++j) {
        moved[j] = kStay * x[i * d + j] + pull * moved[j];
        norm += moved[j] * moved[j];
      }
      const double scale = norm > 0 ? 1 / std::sqrt(norm) : 0;
      for (size_t j = 0; j < d; ++j) out[i * d + j] = static_cast<float>(moved[j] * scale);
    }
  });
  return out;
}

}  // namespace wikitag
