// Runs the core on small inputs, made to be built with sanitizers: test/unit/native-sanitizers.spec.ts does. What it
// computes is checked against plain loops here and, more closely, by the TypeScript tests. Prints 'ok' or what is wrong.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

#include "core/distance/exact.h"
#include "core/distance/knn.h"
#include "core/graph/approximate_neighbours.h"
#include "core/hdbscan/hdbscan.h"
#include "core/linkage/neighbour_linkage.h"
#include "core/smoothing/mean_shift.h"

using namespace wikitag;

namespace {

void expect(bool holds, const char* what, size_t n, size_t d) {
  if (holds) return;
  std::printf("wrong: %s, %zu rows of %zu\n", what, n, d);
  std::exit(1);
}

/** Blobs; with `grain`, rounded to whole multiples of it: ties and duplicates. Exactly as large as it must be. */
std::vector<float> made(size_t n, size_t d, unsigned seed, double grain) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  std::vector<float> x(n * d);
  for (size_t i = 0; i < n; ++i)
    for (size_t c = 0; c < d; ++c) {
      const double value = static_cast<double>((i % 7) * (c % 3)) + normal(random);
      x[i * d + c] = static_cast<float>(grain > 0 ? std::round(value / grain) * grain : value);
    }
  return x;
}

void check_neighbours(const std::vector<float>& x, size_t n, size_t d, size_t k, Pool& pool) {
  const Neighbours found = nearest_neighbours(x.data(), n, d, k, pool);
  expect(found.k == (n == 0 ? 0 : std::min(k, n - 1)), "k is cut to n - 1", n, d);
  for (size_t i = 0; i < n && found.k > 0; ++i) {
    std::vector<double> all;
    for (size_t j = 0; j < n; ++j)
      if (j != i) all.push_back(std::sqrt(exact_squared_distance(x.data() + i * d, x.data() + j * d, d)));
    std::sort(all.begin(), all.end());
    for (size_t c = 0; c < found.k; ++c) expect(found.distance[i * found.k + c] == all[c], "a nearest neighbour", n, d);
  }
  const Neighbours near = approximate_neighbours(x.data(), n, d, k, pool);
  for (const int32_t j : near.index) expect(j >= 0 && static_cast<size_t>(j) < n, "a neighbour found by search", n, d);
}

void check_hdbscan(const std::vector<float>& x, size_t n, size_t d, size_t min_samples, Ties ties, Pool& pool) {
  HdbscanParams params;
  params.min_samples = min_samples;
  params.min_cluster_size = 3;
  params.ties = ties;
  const HdbscanResult stored = hdbscan(x.data(), n, d, params, pool);
  expect(stored.labels.size() == n && !stored.approximate, "a label a row", n, d);
  params.stored_bytes = 0;
  const HdbscanResult sparse = hdbscan(x.data(), n, d, params, pool);
  expect(sparse.labels == stored.labels && sparse.probabilities == stored.probabilities &&
             sparse.outlier_scores == stored.outlier_scores && sparse.persistence == stored.persistence,
         "hdbscan without stored distances", n, d);
  const std::vector<int32_t> none(n * std::max<size_t>(min_samples, 1), -1);
  params.known = none.data();
  params.known_k = std::max<size_t>(min_samples, 1);
  expect(hdbscan(x.data(), n, d, params, pool).labels == stored.labels, "hdbscan from nothing known", n, d);
  params.known = nullptr;
  params.exact_rows = 0;
  const HdbscanResult near = hdbscan(x.data(), n, d, params, pool);
  expect(near.labels.size() == n, "a label a row, approximately", n, d);
  for (const double score : near.outlier_scores) expect(score >= 0 && score <= 1, "a score of 0 to 1", n, d);
}

/** Half of the rows so close together that the grid of the stored distances holds them for one. */
void check_mixed_scales(size_t n, size_t d, Pool& pool) {
  std::vector<float> x = made(n, d, 5, 0);
  for (size_t i = 0; i < n / 2 * d; ++i) x[i] *= 1e-5f;
  HdbscanParams params;
  const HdbscanResult stored = hdbscan(x.data(), n, d, params, pool);
  expect(stored.timings.count("all_pairs") == 1, "a grid too coarse is given up", n, d);
  check_hdbscan(x, n, d, 5, Ties::rows, pool);
}

void check_linkage(const std::vector<float>& x, size_t n, size_t d, const std::vector<int32_t>& near, size_t k) {
  const Merges merges = neighbour_linkage(x.data(), n, d, near.data(), k);
  expect(merges.height.size() < n, "at most n - 1 merges", n, d);
  for (size_t m = 0; m < merges.height.size(); ++m) {
    expect(merges.height[m] >= (m == 0 ? 0 : merges.height[m - 1]), "merges in ascending height", n, d);
    expect(std::max(merges.left[m], merges.right[m]) < static_cast<int32_t>(n + m), "children before parents", n, d);
  }
}

void check_mean_shift(const std::vector<float>& x, size_t n, size_t d, Pool& pool) {
  if (n < 2) return;
  std::vector<float> unit = x;
  for (size_t i = 0; i < n; ++i) {
    double length = 1e-12;
    for (size_t c = 0; c < d; ++c) length += static_cast<double>(x[i * d + c]) * x[i * d + c];
    for (size_t c = 0; c < d; ++c) unit[i * d + c] = static_cast<float>(x[i * d + c] / std::sqrt(length));
  }
  const Neighbours near = nearest_neighbours(unit.data(), n, d, 5, pool);
  const std::vector<float> moved = shift(unit.data(), n, d, near, pool);
  expect(moved.size() == n * d, "shifted rows", n, d);
  for (const float value : moved) expect(std::isfinite(value) && std::fabs(value) <= 1.001f, "a shifted row", n, d);
  check_linkage(moved, n, d, near.index, near.k);
  std::vector<int32_t> any(n * 2);
  std::mt19937 random(static_cast<unsigned>(n * 7 + d));
  for (int32_t& j : any) j = static_cast<int32_t>(random() % n);
  check_linkage(moved, n, d, any, 2);
}

}  // namespace

int main() {
  Pool pool(3);
  for (const size_t n : {0, 1, 2, 3, 5, 95, 96, 97, 300, 700})
    for (const size_t d : {1, 3, 8, 19, 300})
      for (const double grain : {0.0, 0.5, 4.0}) {
        if (n * d > 20000) continue;
        const std::vector<float> x = made(n, d, static_cast<unsigned>(n * 31 + d), grain);
        for (const size_t k : {1, 7, 120}) check_neighbours(x, n, d, k, pool);
        check_hdbscan(x, n, d, 1 + n % 6, Ties::rows, pool);
        check_hdbscan(x, n, d, 1 + n % 6, Ties::content, pool);
        check_mean_shift(x, n, d, pool);
      }
  check_hdbscan(std::vector<float>(541 * 4, 0.5f), 541, 4, 5, Ties::rows, pool);
  check_mixed_scales(1500, 8, pool);
  std::printf("ok\n");
}
