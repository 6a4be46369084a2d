#include "core/smoothing/refresh.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "core/distance/exact.h"

namespace wikitag {
#include "core/smoothing/quick_distances_body.h"

namespace {

constexpr size_t kRowBlock = 64;

using QuickDistances = void (*)(const float*, size_t, size_t, const int32_t*, size_t, float*);

QuickDistances pick() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return quick_distances_avx2;
#endif
  return quick_distances;
}

/** For each row its previous neighbours and the nearest `k` of the rows that had it as one: near[start[i] … start[i+1]). */
struct Surroundings {
  std::vector<size_t> start;
  std::vector<int32_t> near;
};

Surroundings surroundings(const Neighbours& previous, Pool& pool) {
  const size_t n = previous.n, k = previous.k;
  std::vector<size_t> first(n + 1);
  for (const int32_t j : previous.index) ++first[static_cast<size_t>(j) + 1];
  for (size_t i = 0; i < n; ++i) first[i + 1] += first[i];
  std::vector<std::pair<double, int32_t>> incoming(n * k);
  std::vector<size_t> at(first.begin(), first.end() - 1);
  for (size_t e = 0; e < n * k; ++e) {
    incoming[at[static_cast<size_t>(previous.index[e])]++] = {previous.distance[e], static_cast<int32_t>(e / k)};
  }
  Surroundings out;
  out.start.resize(n + 1);
  for (size_t i = 0; i < n; ++i) out.start[i + 1] = out.start[i] + k + std::min(k, first[i + 1] - first[i]);
  out.near.resize(out.start[n]);
  pool.parallel_for((n + kRowBlock - 1) / kRowBlock, [&](size_t block) {
    for (size_t i = block * kRowBlock; i < std::min(n, (block + 1) * kRowBlock); ++i) {
      int32_t* to = std::copy_n(previous.index.data() + i * k, k, out.near.data() + out.start[i]);
      const auto begin = incoming.begin() + static_cast<ptrdiff_t>(first[i]);
      const auto end = incoming.begin() + static_cast<ptrdiff_t>(first[i + 1]);
      if (end - begin > static_cast<ptrdiff_t>(k)) std::nth_element(begin, begin + static_cast<ptrdiff_t>(k), end);
      for (auto one = begin; to < out.near.data() + out.start[i + 1]; ++one) *to++ = one->second;
    }
  });
  return out;
}

/** A set of row numbers that empties fast. */
class RowSet {
 public:
  /** @param most rows that it will ever hold */
  explicit RowSet(size_t most) {
    size_t slots = 16;
    while (slots < 2 * most) slots *= 2;
    slot_.assign(slots, -1);
  }
  void clear() { std::fill(slot_.begin(), slot_.end(), -1); }
  /** @returns whether the row is new */
  bool add(int32_t row) {
    const size_t mask = slot_.size() - 1;
    size_t at = (static_cast<uint32_t>(row) * 2654435761u >> 7) & mask;
    for (; slot_[at] >= 0; at = (at + 1) & mask)
      if (slot_[at] == row) return false;
    slot_[at] = row;
    return true;
  }

 private:
  std::vector<int32_t> slot_;
};

/** The k nearest of some candidates: float32 rules out by a bound on its error, float64 decides. */
class Decision {
 public:
  Decision(const float* x, size_t d)
      // Higham 2002, section 3.1: d products of a rounded difference, summed up.
      : x_(x), d_(d), error_(1.01f * std::ldexp(static_cast<float>(d) + 8, -24)) {}

  const std::vector<std::pair<double, int32_t>>& nearest(size_t i, const std::vector<int32_t>& candidates, size_t k) {
    static const QuickDistances quick = pick();
    quick_.resize(candidates.size());
    quick(x_, d_, i, candidates.data(), candidates.size(), quick_.data());
    sorted_ = quick_;
    std::nth_element(sorted_.begin(), sorted_.begin() + static_cast<ptrdiff_t>(k - 1), sorted_.end());
    const float limit = sorted_[k - 1] * (1 + error_) / (1 - error_) * (1 + 1e-6f) + 1e-30f;
    ranked_.clear();
    for (size_t c = 0; c < candidates.size(); ++c) {
      if (quick_[c] > limit) continue;
      const int32_t j = candidates[c];
      ranked_.emplace_back(exact_squared_distance(x_ + i * d_, x_ + static_cast<size_t>(j) * d_, d_), j);
    }
    std::partial_sort(ranked_.begin(), ranked_.begin() + static_cast<ptrdiff_t>(k), ranked_.end());
    return ranked_;
  }

 private:
  const float* x_;
  size_t d_;
  float error_;
  std::vector<float> quick_, sorted_;
  std::vector<std::pair<double, int32_t>> ranked_;
};

}  // namespace

void quick_distances(const float* x, size_t d, size_t of, const int32_t* to, size_t count, float* out) {
  quick_distances_body(x, d, of, to, count, out);
}

Neighbours refresh_neighbours(const float* x, size_t n, size_t d, const Neighbours& previous, Pool& pool,
                              const std::atomic<bool>* cancelled) {
  const size_t k = previous.k;
  const Surroundings around = surroundings(previous, pool);
  Neighbours out;
  out.n = n;
  out.k = k;
  out.index.resize(n * k);
  out.distance.resize(n * k);
  pool.parallel_for((n + kRowBlock - 1) / kRowBlock, [&](size_t block) {
    check_cancelled(cancelled);
    RowSet seen(2 * k * (2 * k + 1) + 1);
    Decision decision(x, d);
    std::vector<int32_t> candidates;
    for (size_t i = block * kRowBlock; i < std::min(n, (block + 1) * kRowBlock); ++i) {
      seen.clear();
      candidates.clear();
      seen.add(static_cast<int32_t>(i));
      const auto consider = [&](size_t of) {
        for (size_t e = around.start[of]; e < around.start[of + 1]; ++e)
          if (seen.add(around.near[e])) candidates.push_back(around.near[e]);
      };
      consider(i);
      for (size_t e = around.start[i]; e < around.start[i + 1]; ++e) consider(static_cast<size_t>(around.near[e]));
      const auto& nearest = decision.nearest(i, candidates, k);
      for (size_t r = 0; r < k; ++r) {
        out.index[i * k + r] = nearest[r].second;
        out.distance[i * k + r] = std::sqrt(nearest[r].first);
      }
    }
  });
  return out;
}

}  // namespace wikitag
