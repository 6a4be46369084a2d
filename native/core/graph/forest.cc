#include "core/graph/forest.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace wikitag {
namespace {

/** Halvings that share one reading of the rows: reading them is what costs. */
constexpr size_t kLevels = 4;
constexpr size_t kChunk = 512;
using Projections = std::array<float, kLevels>;

struct Node {
  size_t begin, end;
};

/** SplitMix64 (Steele, Lea and Flood 2014). */
uint64_t mix(uint64_t value) {
  value += 0x9e3779b97f4a7c15u;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
  return value ^ (value >> 31);
}

/** Sum of products over 8 fixed lanes. */
float product(const float* a, const float* b, size_t d) {
  float lane[8] = {};
  size_t c = 0;
  for (; c + 8 <= d; c += 8)
    for (size_t l = 0; l < 8; ++l) lane[l] += a[c + l] * b[c + l];
  for (size_t l = 0; c < d; ++c, ++l) lane[l] += a[c] * b[c];
  return ((lane[0] + lane[1]) + (lane[2] + lane[3])) + ((lane[4] + lane[5]) + (lane[6] + lane[7]));
}

class Splitter {
 public:
  Splitter(const MeasuredRows& rows, uint64_t seed, size_t leaf_blocks)
      : rows_(rows), seed_(seed), leaf_(leaf_blocks * kBlock), order_(rows.count()), along_(rows.count()) {
    std::iota(order_.begin(), order_.end(), 0);
  }

  Partition run(Pool& pool, const std::atomic<bool>* cancelled) {
    std::vector<Node> open = {{0, order_.size()}};
    std::vector<Node> leaves;
    for (uint64_t generation = 0; !open.empty(); ++generation) {
      project(open, generation, pool, cancelled);
      std::vector<std::vector<Node>> below(open.size());
      pool.parallel_for(open.size(), [&](size_t at) { split(open[at], 0, below[at]); });
      std::vector<Node> next;
      for (const std::vector<Node>& nodes : below)
        for (const Node& node : nodes) (node.end - node.begin > leaf_ ? next : leaves).push_back(node);
      open = std::move(next);
    }
    std::sort(leaves.begin(), leaves.end(), [](const Node& a, const Node& b) { return a.begin < b.begin; });
    Partition out;
    for (const Node& leaf : leaves) out.start.push_back(leaf.begin);
    out.start.push_back(order_.size());
    out.order = std::move(order_);
    return out;
  }

 private:
  /** Directions of a node, one a level, d floats each. */
  std::vector<float> directions(const Node& node, uint64_t generation) const {
    const size_t d = rows_.dims(), size = node.end - node.begin;
    const float scale = static_cast<float>(rows_.scale());
    std::vector<float> out(kLevels * d);
    for (size_t level = 0; level < kLevels; ++level) {
      const uint64_t drawn = mix(seed_ ^ mix(generation ^ mix(node.begin ^ mix(level))));
      const size_t first = drawn % size;
      const size_t second = (first + 1 + mix(drawn) % (size - 1)) % size;
      const float* a = rows_.at(static_cast<size_t>(order_[node.begin + first]));
      const float* b = rows_.at(static_cast<size_t>(order_[node.begin + second]));
      for (size_t c = 0; c < d; ++c) out[level * d + c] = a[c] * scale - b[c] * scale;
    }
    return out;
  }

  void project(const std::vector<Node>& nodes, uint64_t generation, Pool& pool, const std::atomic<bool>* cancelled) {
    if (nodes.size() == 1 && nodes[0].end - nodes[0].begin <= leaf_) return;
    std::vector<std::vector<float>> direction(nodes.size());
    std::vector<Node> chunks;
    std::vector<size_t> node_of;
    for (size_t at = 0; at < nodes.size(); ++at) {
      direction[at] = directions(nodes[at], generation);
      for (size_t first = nodes[at].begin; first < nodes[at].end; first += kChunk) {
        chunks.push_back({first, std::min(nodes[at].end, first + kChunk)});
        node_of.push_back(at);
      }
    }
    const size_t d = rows_.dims();
    const float scale = static_cast<float>(rows_.scale());
    pool.parallel_for(chunks.size(), [&](size_t chunk) {
      check_cancelled(cancelled);
      const float* along = direction[node_of[chunk]].data();
      std::vector<float> scaled(d);
      for (size_t at = chunks[chunk].begin; at < chunks[chunk].end; ++at) {
        const size_t row = static_cast<size_t>(order_[at]);
        for (size_t c = 0; c < d; ++c) scaled[c] = rows_.at(row)[c] * scale;
        for (size_t level = 0; level < kLevels; ++level) along_[row][level] = product(scaled.data(), along + level * d, d);
      }
    });
  }

  /** Halves a node along one direction a level; what is small enough, or has no directions left, goes out. */
  void split(const Node& node, size_t level, std::vector<Node>& out) {
    const size_t size = node.end - node.begin;
    if (size <= leaf_ || level == kLevels) {
      out.push_back(node);
      return;
    }
    const size_t blocks = (size + kBlock - 1) / kBlock;
    const size_t middle = node.begin + blocks / 2 * kBlock;
    const auto first = order_.begin();
    std::nth_element(first + static_cast<ptrdiff_t>(node.begin), first + static_cast<ptrdiff_t>(middle),
                     first + static_cast<ptrdiff_t>(node.end), [&](int32_t a, int32_t b) {
                       const float p = along_[static_cast<size_t>(a)][level], q = along_[static_cast<size_t>(b)][level];
                       return p < q || (p == q && a < b);
                     });
    split({node.begin, middle}, level + 1, out);
    split({middle, node.end}, level + 1, out);
  }

  const MeasuredRows& rows_;
  const uint64_t seed_;
  const size_t leaf_;
  std::vector<int32_t> order_;
  std::vector<Projections> along_;
};

}  // namespace

Partition random_partition(const MeasuredRows& rows, uint64_t seed, size_t leaf_blocks, Pool& pool,
                           const std::atomic<bool>* cancelled) {
  return Splitter(rows, seed, leaf_blocks).run(pool, cancelled);
}

}  // namespace wikitag
