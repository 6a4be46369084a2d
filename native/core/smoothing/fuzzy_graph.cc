#include "core/smoothing/fuzzy_graph.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace wikitag {
namespace {

constexpr int kBisections = 64;
constexpr double kTolerance = 1e-6;
constexpr size_t kRowBlock = 128;

double bandwidth(const std::vector<double>& gap) {
  const double wanted = std::log2(static_cast<double>(gap.size() + 1));
  double low = 0, high = std::numeric_limits<double>::infinity(), sigma = 1;
  for (int pass = 0; pass < kBisections; ++pass) {
    double sum = 0;
    for (const double g : gap) sum += std::exp(-g / sigma);
    if (std::abs(sum - wanted) < kTolerance) break;
    (sum > wanted ? high : low) = sigma;
    sigma = std::isinf(high) ? sigma * 2 : (low + high) / 2;
  }
  return sigma;
}

struct Edge {
  int32_t to;
  double weight;
};

/** The other end's view of every directed edge: for each row, who has it as a neighbour, by ascending row. */
std::vector<std::vector<Edge>> reversed(const Neighbours& neighbours, const std::vector<double>& directed) {
  std::vector<std::vector<Edge>> incoming(neighbours.n);
  for (size_t i = 0; i < neighbours.n; ++i) {
    for (size_t e = i * neighbours.k; e < (i + 1) * neighbours.k; ++e) {
      incoming[neighbours.index[e]].push_back({static_cast<int32_t>(i), directed[e]});
    }
  }
  return incoming;
}

/** Two edge lists sorted by end become one; an end in both gets a + b - ab. */
std::vector<Edge> united(const std::vector<Edge>& out, const std::vector<Edge>& in) {
  std::vector<Edge> all;
  all.reserve(out.size() + in.size());
  size_t a = 0, b = 0;
  while (a < out.size() || b < in.size()) {
    if (b == in.size() || (a < out.size() && out[a].to < in[b].to)) all.push_back(out[a++]);
    else if (a == out.size() || in[b].to < out[a].to) all.push_back(in[b++]);
    else {
      all.push_back({out[a].to, out[a].weight + in[b].weight - out[a].weight * in[b].weight});
      ++a, ++b;
    }
  }
  return all;
}

}  // namespace

FuzzyGraph fuzzy_graph(const Neighbours& neighbours, Pool& pool) {
  const size_t n = neighbours.n, k = neighbours.k, blocks = (n + kRowBlock - 1) / kRowBlock;
  std::vector<double> cosine(n * k);
  double mean = 0;
  for (size_t e = 0; e < cosine.size(); ++e) {
    cosine[e] = neighbours.distance[e] * neighbours.distance[e] / 2;
    mean += cosine[e];
  }
  mean /= static_cast<double>(std::max<size_t>(cosine.size(), 1));

  std::vector<double> directed(n * k);
  pool.parallel_for(blocks, [&](size_t block) {
    std::vector<double> gap(k);
    for (size_t i = block * kRowBlock; i < std::min(n, (block + 1) * kRowBlock); ++i) {
      for (size_t r = 0; r < k; ++r) gap[r] = std::max(cosine[i * k + r] - cosine[i * k], 0.0);
      const double sigma = std::max(bandwidth(gap), 1e-3 * mean);
      for (size_t r = 0; r < k; ++r) directed[i * k + r] = sigma > 0 ? std::exp(-gap[r] / sigma) : 1.0;
    }
  });

  std::vector<std::vector<Edge>> rows = reversed(neighbours, directed);
  pool.parallel_for(blocks, [&](size_t block) {
    for (size_t i = block * kRowBlock; i < std::min(n, (block + 1) * kRowBlock); ++i) {
      std::vector<Edge> own(k);
      for (size_t r = 0; r < k; ++r) own[r] = {neighbours.index[i * k + r], directed[i * k + r]};
      std::sort(own.begin(), own.end(), [](const Edge& a, const Edge& b) { return a.to < b.to; });
      rows[i] = united(own, rows[i]);
    }
  });

  FuzzyGraph graph;
  graph.start.assign(n + 1, 0);
  for (size_t i = 0; i < n; ++i) graph.start[i + 1] = graph.start[i] + rows[i].size();
  graph.column.reserve(graph.start[n]);
  graph.weight.reserve(graph.start[n]);
  for (const std::vector<Edge>& row : rows) {
    for (const Edge& edge : row) {
      graph.column.push_back(edge.to);
      graph.weight.push_back(edge.weight);
    }
  }
  return graph;
}

}  // namespace wikitag
