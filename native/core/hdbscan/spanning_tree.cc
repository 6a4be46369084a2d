#include <algorithm>
#include <cmath>
#include <limits>

#include "core/hdbscan/steps.h"

namespace wikitag {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr size_t kChunk = 64;

/** Squared distance of each point to the tree so far, and which point is nearest, in O(count / 64) a step. */
class Frontier {
 public:
  explicit Frontier(size_t count) : nearest_(count, kInfinity), waiting_(count, 1), least_((count + kChunk - 1) / kChunk, kInfinity) {}

  bool waiting(size_t j) const { return waiting_[j] != 0; }
  double nearest(size_t j) const { return nearest_[j]; }

  void lower(size_t j, double squared) {
    nearest_[j] = squared;
    least_[j / kChunk] = std::min(least_[j / kChunk], squared);
  }

  void remove(size_t j) {
    waiting_[j] = 0;
    double& least = least_[j / kChunk];
    least = kInfinity;
    const size_t first = j / kChunk * kChunk;
    for (size_t i = first; i < std::min(nearest_.size(), first + kChunk); ++i)
      if (waiting_[i] && nearest_[i] < least) least = nearest_[i];
  }

  /** The first of the nearest points that wait. */
  size_t next() const {
    const size_t chunk = static_cast<size_t>(std::min_element(least_.begin(), least_.end()) - least_.begin());
    size_t j = chunk * kChunk;
    while (!waiting_[j] || nearest_[j] != least_[chunk]) ++j;
    return j;
  }

 private:
  std::vector<double> nearest_;
  std::vector<char> waiting_;
  std::vector<double> least_;
};

/** One step of Prim's algorithm from stored distances: float32 rules out, float64 decides. */
class StoredRelaxation {
 public:
  StoredRelaxation(const PackedRows& rows, const DistanceMatrix& stored, const std::vector<double>& core)
      : rows_(rows), stored_(stored), core_(core), limit_(rows.count(), std::numeric_limits<float>::infinity()) {}

  void join(size_t last) { limit_[last] = kNever; }

  void relax(size_t last, Frontier& frontier) {
    const float* row = stored_.row(last);
    const float error = rows_.error(last);
    const size_t n = limit_.size();
    for (size_t first = 0; first < n; first += kChunk) {
      const size_t end = std::min(n, first + kChunk);
      int any = 0;
      for (size_t j = first; j < end; ++j) any |= row[j] - error < limit_[j];
      if (!any) continue;
      for (size_t j = first; j < end; ++j)
        if (row[j] - error < limit_[j]) measure(last, j, row[j], frontier);
    }
  }

 private:
  static constexpr float kNever = -std::numeric_limits<float>::infinity();

  void measure(size_t last, size_t j, double approximate, Frontier& frontier) {
    const double cores = std::max(core_[last], core_[j]);
    if (cores >= frontier.nearest(j)) return;
    const bool within = approximate + rows_.error(last) + rows_.error(j) <= cores;
    const double squared = within ? cores : std::max(cores, rows_.exact(last, j));
    if (squared >= frontier.nearest(j)) return;
    frontier.lower(j, squared);
    // Nothing can be nearer than its own core distance: such a point is never looked at again.
    limit_[j] = squared <= core_[j] ? kNever
                                    : std::nextafter(static_cast<float>(squared + rows_.error(j)),
                                                     std::numeric_limits<float>::infinity());
  }

  const PackedRows& rows_;
  const DistanceMatrix& stored_;
  const std::vector<double>& core_;
  /** A point can only come nearer where the approximate distance, less the error, is below this. */
  std::vector<float> limit_;
};

/** One step without storage: n distances in float64, shared out among the threads. */
void relax_directly(const PackedRows& rows, const std::vector<double>& core, size_t last, Frontier& frontier,
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

PrimWalk spanning_tree(const PackedRows& rows, const DistanceMatrix* stored, const std::vector<double>& squared_core,
                       Pool& pool, const std::atomic<bool>* cancelled) {
  const size_t n = rows.count();
  PrimWalk walk;
  walk.point.reserve(n);
  walk.distance.reserve(n);
  Frontier frontier(n);
  std::vector<double> squared(stored == nullptr ? n : 0);
  std::vector<StoredRelaxation> fast;
  if (stored != nullptr) fast.emplace_back(rows, *stored, squared_core);
  for (size_t step = 0, last = 0; step < n; ++step) {
    if (step % 64 == 0 || stored == nullptr) check_cancelled(cancelled);
    walk.point.push_back(static_cast<int32_t>(last));
    walk.distance.push_back(step == 0 ? 0 : std::sqrt(frontier.nearest(last)) / rows.scale());
    frontier.remove(last);
    if (step + 1 == n) break;
    if (stored != nullptr) {
      fast[0].join(last);
      fast[0].relax(last, frontier);
    } else {
      relax_directly(rows, squared_core, last, frontier, squared, pool);
    }
    last = frontier.next();
  }
  return walk;
}

}  // namespace wikitag
