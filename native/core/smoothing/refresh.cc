#include "core/smoothing/refresh.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "core/distance/exact.h"
#include "core/support/scratches.h"

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

/** Working memory of a thread. */
struct Scratch {
  explicit Scratch(size_t n) : seen(n, -1) {}
  /** The row whose candidate each row was last. */
  std::vector<int32_t> seen;
  std::vector<int32_t> candidates;
  std::vector<float> quick, sorted;
  std::vector<std::pair<double, int32_t>> ranked;
};

/** Into `to` the near rows of `of` that are no candidates of row i yet. @returns how many candidates there are then */
size_t add_candidates(const Surroundings& around, size_t of, size_t i, int32_t* seen, int32_t* candidates, size_t count) {
  for (size_t e = around.start[of]; e < around.start[of + 1]; ++e) {
    const int32_t j = around.near[e];
    candidates[count] = j;  // one beyond the end where it is none: cheaper than a branch that nobody can predict
    count += seen[j] != static_cast<int32_t>(i);
    seen[j] = static_cast<int32_t>(i);
  }
  return count;
}

/** Ranks the k nearest of the candidates, at least: float32 rules out by a bound on its error, float64 decides. */
void rank_candidates(const float* x, size_t d, size_t i, size_t count, size_t k, Scratch& scratch) {
  static const QuickDistances quick_distances_to = pick();
  // Higham 2002, section 3.1: d products of a rounded difference, summed up.
  const float error = 1.01f * std::ldexp(static_cast<float>(d) + 8, -24);
  const int32_t* const candidate = scratch.candidates.data();
  float* const quick = scratch.quick.data();
  quick_distances_to(x, d, i, candidate, count, quick);
  std::vector<float>& sorted = scratch.sorted;
  sorted.assign(quick, quick + count);
  std::nth_element(sorted.begin(), sorted.begin() + static_cast<ptrdiff_t>(k - 1), sorted.end());
  const float limit = sorted[k - 1] * (1 + error) / (1 - error) * (1 + 1e-6f) + 1e-30f;
  scratch.ranked.clear();
  for (size_t c = 0; c < count; ++c) {
    if (quick[c] > limit) continue;
    const size_t j = static_cast<size_t>(candidate[c]);
    scratch.ranked.emplace_back(exact_squared_distance(x + i * d, x + j * d, d), candidate[c]);
  }
  std::partial_sort(scratch.ranked.begin(), scratch.ranked.begin() + static_cast<ptrdiff_t>(k), scratch.ranked.end());
}

}  // namespace

void quick_distances(const float* x, size_t d, size_t of, const int32_t* to, size_t count, float* out) {
  quick_distances_body(x, d, of, to, count, out);
}

Neighbours refresh_neighbours(const float* x, size_t n, size_t d, const Neighbours& previous, Pool& pool,
                              const std::atomic<bool>* cancelled) {
  const size_t k = previous.k;
  const Surroundings around = surroundings(previous, pool);
  Scratches<Scratch> scratches;
  Neighbours out;
  out.n = n;
  out.k = k;
  out.index.resize(n * k);
  out.distance.resize(n * k);
  pool.parallel_for((n + kRowBlock - 1) / kRowBlock, [&](size_t block) {
    check_cancelled(cancelled);
    auto scratch = scratches.take(n);
    const size_t most = 2 * k * (2 * k + 1) + 1;
    scratch->candidates.resize(most);
    scratch->quick.resize(most);
    for (size_t i = block * kRowBlock; i < std::min(n, (block + 1) * kRowBlock); ++i) {
      int32_t* const seen = scratch->seen.data();
      seen[i] = static_cast<int32_t>(i);
      size_t count = add_candidates(around, i, i, seen, scratch->candidates.data(), 0);
      for (size_t e = around.start[i]; e < around.start[i + 1]; ++e)
        count = add_candidates(around, static_cast<size_t>(around.near[e]), i, seen, scratch->candidates.data(), count);
      rank_candidates(x, d, i, count, k, *scratch);
      for (size_t r = 0; r < k; ++r) {
        out.index[i * k + r] = scratch->ranked[r].second;
        out.distance[i * k + r] = std::sqrt(scratch->ranked[r].first);
      }
    }
    scratches.give_back(std::move(scratch));
  });
  return out;
}

}  // namespace wikitag
