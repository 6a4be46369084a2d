// Which point is nearest to the tree that Prim's algorithm grows.
#pragma once
#include <algorithm>
#include <cstddef>
#include <limits>
#include <vector>

namespace wikitag {

/** Squared distance of each point to the tree so far, or a bound on it, and the least of them, in O(count / 64) a step. */
class Frontier {
 public:
  explicit Frontier(size_t count) : nearest_(count, kInfinity), waiting_(count, 1), least_((count + kChunk - 1) / kChunk, kInfinity) {}

  bool waiting(size_t j) const { return waiting_[j] != 0; }
  double nearest(size_t j) const { return nearest_[j]; }

  void lower(size_t j, double squared) {
    nearest_[j] = squared;
    least_[j / kChunk] = std::min(least_[j / kChunk], squared);
  }

  void raise(size_t j, double squared) {
    nearest_[j] = squared;
    renew(j / kChunk);
  }

  void remove(size_t j) {
    waiting_[j] = 0;
    renew(j / kChunk);
  }

  /** The first of the nearest points that wait. */
  size_t next() const {
    const size_t chunk = static_cast<size_t>(std::min_element(least_.begin(), least_.end()) - least_.begin());
    size_t j = chunk * kChunk;
    while (!waiting_[j] || nearest_[j] != least_[chunk]) ++j;
    return j;
  }

 private:
  static constexpr double kInfinity = std::numeric_limits<double>::infinity();
  static constexpr size_t kChunk = 64;

  void renew(size_t chunk) {
    double least = kInfinity;
    for (size_t i = chunk * kChunk; i < std::min(nearest_.size(), (chunk + 1) * kChunk); ++i)
      if (waiting_[i] && nearest_[i] < least) least = nearest_[i];
    least_[chunk] = least;
  }

  std::vector<double> nearest_;
  std::vector<char> waiting_;
  std::vector<double> least_;
};

}  // namespace wikitag
