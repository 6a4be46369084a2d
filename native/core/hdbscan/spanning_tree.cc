#include <algorithm>
#include <cmath>
#include <limits>

#include "core/hdbscan/frontier.h"
#include "core/hdbscan/steps.h"

namespace wikitag {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/** One step of Prim's algorithm: n distances in float64, shared out among the threads. */
void relax(const PackedRows& rows, const std::vector<double>& core, size_t last, Frontier& frontier,
           std::vector<double>& squared, Pool& pool) {
  constexpr size_t block = 1024;
  const size_t n = rows.count();
  pool.parallel_for((n + block - 1) / block, [&](size_t b) {
    for (size_t j = b * block; j < std::min(n, (b + 1) * block); ++j) {
      const double cores = std::max(core[last], core[j]);
      const bool open = frontier.waiting(j) && cores < frontier.nearest(j);
      squared[j] = open ? std::max(cores, rows.exact(last, j)) : kInfinity;
    }
  });
  for (size_t j = 0; j < n; ++j)
    if (squared[j] < frontier.nearest(j)) frontier.lower(j, squared[j]);
}

}  // namespace

PrimWalk spanning_tree(const PackedRows& rows, const std::vector<double>& squared_core, Pool& pool,
                       const std::atomic<bool>* cancelled) {
  const size_t n = rows.count();
  PrimWalk walk;
  walk.point.reserve(n);
  walk.distance.reserve(n);
  Frontier frontier(n);
  std::vector<double> squared(n);
  for (size_t step = 0, last = 0; step < n; ++step) {
    check_cancelled(cancelled);
    walk.point.push_back(static_cast<int32_t>(last));
    walk.distance.push_back(step == 0 ? 0 : std::sqrt(frontier.nearest(last)) / rows.scale());
    frontier.remove(last);
    if (step + 1 == n) break;
    relax(rows, squared_core, last, frontier, squared, pool);
    last = frontier.next();
  }
  return walk;
}

}  // namespace wikitag
