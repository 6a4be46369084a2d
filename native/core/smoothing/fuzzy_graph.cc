#include "core/smoothing/fuzzy_graph.h"

#include <algorithm>

#include "core/smoothing/fuzzy_weights.h"

namespace wikitag {
namespace {

constexpr size_t kRowBlock = 128;
/** Weights fall to 1/e within a thousandth of the mean distance at the steepest. */
constexpr double kSteepest = 1000;

struct Edge {
  int32_t to;
  double weight;
};

/** For each row who has it as a neighbour, by ascending row: edge[start[i] … start[i+1]). */
struct Incoming {
  std::vector<size_t> start;
  std::vector<Edge> edge;
};

Incoming reversed(const Neighbours& neighbours, const std::vector<double>& directed) {
  Incoming in{std::vector<size_t>(neighbours.n + 1), std::vector<Edge>(directed.size())};
  for (const int32_t j : neighbours.index) ++in.start[static_cast<size_t>(j) + 1];
  for (size_t i = 0; i < neighbours.n; ++i) in.start[i + 1] += in.start[i];
  std::vector<size_t> at(in.start.begin(), in.start.end() - 1);
  for (size_t i = 0; i < neighbours.n; ++i)
    for (size_t e = i * neighbours.k; e < (i + 1) * neighbours.k; ++e)
      in.edge[at[static_cast<size_t>(neighbours.index[e])]++] = {static_cast<int32_t>(i), directed[e]};
  return in;
}

/** Two edge lists sorted by end become one; an end in both gets a + b - ab. @returns the end of what was written */
Edge* unite(const Edge* a, const Edge* a_end, const Edge* b, const Edge* b_end, Edge* out) {
  while (a < a_end && b < b_end) {
    if (a->to < b->to) *out++ = *a++;
    else if (b->to < a->to) *out++ = *b++;
    else {
      *out++ = {a->to, a->weight + b->weight - a->weight * b->weight};
      ++a, ++b;
    }
  }
  return std::copy(b, b_end, std::copy(a, a_end, out));
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
  const double steepest = mean > 0 ? std::min(kSteepest / mean, 1e300) : 0;

  std::vector<double> directed(n * k);
  pool.parallel_for(blocks, [&](size_t block) {
    const size_t first = block * kRowBlock;
    directed_weights(cosine.data() + first * k, std::min(kRowBlock, n - first), k, steepest, directed.data() + first * k);
  });

  const Incoming in = reversed(neighbours, directed);
  std::vector<Edge> united(2 * n * k);  // row i's from i * k + in.start[i] on
  FuzzyGraph graph;
  graph.start.assign(n + 1, 0);
  pool.parallel_for(blocks, [&](size_t block) {
    std::vector<Edge> own(k);
    for (size_t i = block * kRowBlock; i < std::min(n, (block + 1) * kRowBlock); ++i) {
      for (size_t r = 0; r < k; ++r) own[r] = {neighbours.index[i * k + r], directed[i * k + r]};
      std::sort(own.begin(), own.end(), [](const Edge& a, const Edge& b) { return a.to < b.to; });
      Edge* const to = united.data() + i * k + in.start[i];
      const Edge* const end = unite(own.data(), own.data() + k, in.edge.data() + in.start[i],
                                    in.edge.data() + in.start[i + 1], to);
      graph.start[i + 1] = static_cast<size_t>(end - to);
    }
  });
  for (size_t i = 0; i < n; ++i) graph.start[i + 1] += graph.start[i];
  graph.column.resize(graph.start[n]);
  graph.weight.resize(graph.start[n]);
  pool.parallel_for(blocks, [&](size_t block) {
    for (size_t i = block * kRowBlock; i < std::min(n, (block + 1) * kRowBlock); ++i) {
      const Edge* edge = united.data() + i * k + in.start[i];
      for (size_t e = graph.start[i]; e < graph.start[i + 1]; ++e, ++edge) {
        graph.column[e] = edge->to;
        graph.weight[e] = edge->weight;
      }
    }
  });
  return graph;
}

}  // namespace wikitag
