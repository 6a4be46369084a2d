#include "core/smoothing/mean_shift.h"

#include <algorithm>

#include "core/smoothing/fuzzy_graph.h"
#include "core/smoothing/shifted_row.h"

namespace wikitag {
namespace {
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
      const size_t first = graph.start[i];
      const WeightedRows near{graph.column.data() + first, graph.weight.data() + first, graph.start[i + 1] - first};
      shifted_row(x, d, i, near, moved.data(), out.data() + i * d);
    }
  });
  return out;
}

}  // namespace wikitag
