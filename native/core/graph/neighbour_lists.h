// The k best neighbours of each row that were seen so far.
#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace wikitag {

/**
 * For each of n rows its k nearest of all rows ever offered, by (distance, index): what a list holds depends on what was
 * offered, not on the order of the offers. Different rows may be offered to by different threads.
 */
class NeighbourLists {
 public:
  NeighbourLists(size_t n, size_t k)
      : n_(n), k_(k), index_(n * k, -1), distance_(n * k, std::numeric_limits<float>::infinity()) {}

  size_t count() const { return n_; }
  size_t k() const { return k_; }
  /** Nearest first; -1 where fewer than k were offered. */
  const int32_t* index(size_t i) const { return index_.data() + i * k_; }
  const float* distance(size_t i) const { return distance_.data() + i * k_; }
  /** No offer above this changes the list of row i. */
  float limit(size_t i) const { return distance_[(i + 1) * k_ - 1]; }

  void offer(size_t i, int32_t j, float distance) {
    int32_t* index = index_.data() + i * k_;
    float* known = distance_.data() + i * k_;
    const auto before = [&](size_t at) { return distance < known[at] || (distance == known[at] && j < index[at]); };
    if (!before(k_ - 1) && index[k_ - 1] >= 0) return;
    size_t at = k_ - 1;
    while (at > 0 && (index[at - 1] < 0 || before(at - 1))) --at;
    if (at > 0 && index[at - 1] == j) return;  // the same pair has the same distance
    for (size_t shifted = k_ - 1; shifted > at; --shifted) {
      index[shifted] = index[shifted - 1];
      known[shifted] = known[shifted - 1];
    }
    index[at] = j;
    known[at] = distance;
  }

 private:
  size_t n_, k_;
  std::vector<int32_t> index_;
  std::vector<float> distance_;
};

}  // namespace wikitag
