#include "core/linkage/near_groups.h"

#include <algorithm>
#include <limits>

#include "core/smoothing/inner_products.h"

namespace wikitag {

NearGroups::NearGroups(const float* x, size_t n, size_t d, const int32_t* index, size_t k)
    : d_(d), sum_(x, x + n * d), size_(n, 1), edges_of_(n), edge_to_(n, -1) {
  edges_.reserve(n * k);
  for (size_t row = 0; row < n; ++row) {
    const int32_t a = static_cast<int32_t>(row);
    for (const int32_t e : edges_of_[a]) edge_to_[edges_[e].other(a)] = e;
    for (size_t r = row * k; r < (row + 1) * k; ++r) {
      const int32_t b = index[r];
      if (b == a || edge_to_[b] >= 0) continue;
      const int32_t e = static_cast<int32_t>(edges_.size());
      edges_.push_back({a, b, measured(a, b)});
      edge_to_[b] = e;
      edges_of_[a].push_back(e);
      edges_of_[b].push_back(e);
    }
    for (const int32_t e : edges_of_[a]) edge_to_[edges_[e].other(a)] = -1;
  }
}

double NearGroups::measured(int32_t a, int32_t b) const {
  const double pairs = static_cast<double>(size_[a]) * size_[b];
  return std::max(0.0, 1 - inner_product_of_sums(sum_.data() + a * d_, sum_.data() + b * d_, d_) / pairs);
}

double NearGroups::distance(int32_t a, int32_t b) const {
  for (const int32_t e : edges_of_[a])
    if (edges_[e].other(a) == b) return edges_[e].distance;
  return std::numeric_limits<double>::infinity();
}

int32_t NearGroups::nearest(int32_t group, int32_t before) {
  std::vector<int32_t>& own = edges_of_[group];
  size_t kept = 0;
  int32_t best = -1;
  double least = std::numeric_limits<double>::infinity();
  for (const int32_t e : own) {
    const Edge& edge = edges_[e];
    if (edge.a < 0) continue;
    own[kept++] = e;
    const int32_t other = edge.other(group);
    if (edge.distance > least) continue;
    if (edge.distance < least || other == before || (best != before && other < best)) {
      best = other;
      least = edge.distance;
    }
  }
  own.resize(kept);
  return best;
}

void NearGroups::join(int32_t a, int32_t b) {
  size_[a] += size_[b];
  for (size_t j = 0; j < d_; ++j) sum_[a * d_ + j] += sum_[b * d_ + j];
  std::vector<int32_t>& own = edges_of_[a];
  size_t kept = 0;
  for (const int32_t e : own) {
    Edge& edge = edges_[e];
    if (edge.a < 0) continue;
    const int32_t other = edge.other(a);
    if (other == b) {
      edge.a = edge.b = -1;
      continue;
    }
    own[kept++] = e;
    edge_to_[other] = e;
  }
  own.resize(kept);
  for (const int32_t e : edges_of_[b]) {
    Edge& edge = edges_[e];
    if (edge.a < 0) continue;
    const int32_t other = edge.other(b);
    if (edge_to_[other] >= 0) {
      edge.a = edge.b = -1;
    } else {
      edge = {a, other, 0};
      own.push_back(e);
      edge_to_[other] = e;
    }
  }
  std::vector<int32_t>().swap(edges_of_[b]);
  for (const int32_t e : own) {
    const int32_t other = edges_[e].other(a);
    edges_[e].distance = measured(a, other);
    edge_to_[other] = -1;
  }
}

}  // namespace wikitag
