// Prim's algorithm over stored bounds. A distance is measured only where a point may be the next to be taken.
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/hdbscan/frontier.h"
#include "core/hdbscan/steps.h"

namespace wikitag {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

class LazyPrim {
 public:
  LazyPrim(const QuantisedRows& rows, const DistanceMatrix& stored, const std::vector<double>& core)
      : rows_(rows),
        stored_(stored),
        core_(core),
        frontier_(core.size()),
        nearest_(core.size(), kInfinity),
        bound_(core.size(), kInfinity),
        open_(core.size(), kNone),
        limit_(stored.width(), 0),
        hits_(stored.width()) {
    std::fill_n(limit_.begin(), core.size(), kNoCode);
  }

  /** Adds a point to the tree: its distance to it. */
  double take(size_t v) {
    frontier_.remove(v);
    limit_[v] = 0;
    return nearest_[v];
  }

  /** Looks which points come nearer by v. */
  void relax(size_t v) {
    const DistanceCode* row = stored_.row(v);
    const size_t found = rows_.kernel().below(row, rows_.code_of(core_[v]), limit_.data(), stored_.width(), hits_.data());
    for (size_t h = 0; h < found; ++h) come_nearer(v, hits_[h], row[hits_[h]]);
  }

  /** The first of the points nearest to the tree. */
  size_t next() {
    for (;;) {
      const size_t j = frontier_.next();
      if (open_[j] == kNone) return j;  // all others are at least as far
      settle(j);
    }
  }

 private:
  static constexpr int32_t kNone = -1;

  /** v may be nearer to j than the tree is: to be measured if that ever matters. */
  struct Candidate {
    int32_t v;
    DistanceCode code;
    int32_t next;
  };

  void come_nearer(size_t v, size_t j, DistanceCode code) {
    const double cores = std::max(core_[v], core_[j]);
    if (cores >= bound_[j]) return;
    const double most = rows_.at_most(code, v, j);
    if (most <= cores) {
      nearest_[j] = cores;  // below the bound, so below all before
    } else {
      candidates_.push_back({static_cast<int32_t>(v), code, open_[j]});
      open_[j] = static_cast<int32_t>(candidates_.size()) - 1;
    }
    const double least = std::max(cores, std::min(most, rows_.at_least(code)));
    if (least < frontier_.nearest(j)) frontier_.lower(j, least);
    set_bound(j, std::min(bound_[j], std::max(cores, most)));
  }

  void set_bound(size_t j, double squared) {
    bound_[j] = squared;
    // Nothing can be nearer than its own core distance: such a point is never looked at again.
    limit_[j] = squared <= core_[j] ? 0 : static_cast<DistanceCode>(rows_.code_of(squared) + 1);
  }

  /** Measures what may be nearest to j. */
  void settle(size_t j) {
    for (int32_t at = open_[j]; at != kNone; at = candidates_[static_cast<size_t>(at)].next) {
      const Candidate& candidate = candidates_[static_cast<size_t>(at)];
      const size_t v = static_cast<size_t>(candidate.v);
      const double cores = std::max(core_[v], core_[j]);
      const double least = std::max(cores, rows_.at_least(candidate.code));
      if (least > bound_[j] || least >= nearest_[j]) continue;
      nearest_[j] = std::min(nearest_[j], std::max(cores, rows_.exact(v, j)));
    }
    open_[j] = kNone;
    set_bound(j, nearest_[j]);
    frontier_.raise(j, nearest_[j]);
  }

  const QuantisedRows& rows_;
  const DistanceMatrix& stored_;
  const std::vector<double>& core_;
  /** By a lower bound of the distance to the tree, which is the distance itself where no candidate is open. */
  Frontier frontier_;
  /** Squared distance to the tree, as far as it is known, and an upper bound on it. */
  std::vector<double> nearest_, bound_;
  /** The last of each point's candidates that were not measured yet. */
  std::vector<int32_t> open_;
  std::vector<Candidate> candidates_;
  /** A point can only come nearer by a distance with a code below this. */
  std::vector<DistanceCode> limit_;
  std::vector<uint32_t> hits_;
};

}  // namespace

PrimWalk spanning_tree(const QuantisedRows& rows, const DistanceMatrix& stored, const std::vector<double>& squared_core,
                       const std::atomic<bool>* cancelled) {
  const size_t n = squared_core.size();
  PrimWalk walk;
  walk.point.reserve(n);
  walk.distance.reserve(n);
  LazyPrim prim(rows, stored, squared_core);
  for (size_t step = 0, last = 0; step < n; ++step) {
    if (step % 64 == 0) check_cancelled(cancelled);
    const double squared = prim.take(last);
    walk.point.push_back(static_cast<int32_t>(last));
    walk.distance.push_back(step == 0 ? 0 : std::sqrt(squared));
    if (step + 1 == n) break;
    prim.relax(last);
    last = prim.next();
  }
  return walk;
}

}  // namespace wikitag
