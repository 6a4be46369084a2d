#include "core/graph/tree_edges.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>
#include <utility>

#include "core/distance/packed_rows.h"
#include "core/graph/block_balls.h"
#include "core/graph/range_maximum.h"
#include "core/support/scratches.h"

namespace wikitag {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
/** Blocks of rows that share one pass over all others. */
constexpr size_t kGroup = 4;
/** The tree can be made anew so many times during the pass. */
constexpr size_t kRounds = 24;

/** In float32 and not below the value: two roundings are less than four units in the last place. */
float rounded_up(double value) { return static_cast<float>(value) * (1 + 4 * std::numeric_limits<float>::epsilon()) + std::numeric_limits<float>::min(); }

struct Scratch {
  explicit Scratch(size_t strip_floats) : strips(make_buffer(kGroup * strip_floats)), tile(make_buffer(kBlock * kBlock)) {}
  FloatBuffer strips, tile;
  EdgeList found;
};

/** The pass. Everything in it counts rows by their place on the given tree's walk. */
class Pass {
 public:
  Pass(const float* x, const std::vector<int32_t>& walked_row, size_t d, UpperTree& tree, size_t wanted,
       const std::vector<int32_t>& walked_weight, Pool& pool, const std::atomic<bool>* cancelled)
      : rows_(x, walked_row.data(), walked_row.size(), d, pool),
        balls_(rows_, pool),
        step_(tree.walk.squared),
        core_(rows_.count()),
        wanted_(wanted),
        weight_(walked_weight),
        pool_(pool),
        cancelled_(cancelled) {
    for (size_t at = 0; at < core_.size(); ++at) core_[at] = tree.squared_core[static_cast<size_t>(tree.walk.point[at])];
    step_[0] = 0;
    for (size_t at = 1; at < core_.size(); ++at)
      chain_.add(static_cast<int32_t>(at - 1), static_cast<int32_t>(at), step_[at]);
  }

  EdgeList run(size_t most) {
    const size_t groups = (rows_.blocks() + kGroup - 1) / kGroup;
    const size_t batch = std::max((groups + kRounds - 1) / kRounds, 2 * pool_.threads());
    size_t room = most / 4;
    for (size_t first = 0; first < groups; first += batch) {
      pool_.parallel_for(std::min(batch, groups - first), [&](size_t at) { search_group(first + at); });
      if (found_.size() <= room || first + batch >= groups) continue;
      tighten();
      if (found_.size() > most) throw TooManyTies();
      room = std::max(room, 2 * found_.size());
    }
    if (found_.size() > most) throw TooManyTies();
    return std::move(found_);
  }

 private:
  void search_group(size_t group) {
    auto scratch = scratches_.take(rows_.strip_floats());
    scratch->found = EdgeList();
    const size_t first = group * kGroup, last = std::min(rows_.blocks(), first + kGroup);
    for (size_t i = first; i < last; ++i) rows_.pack_strip(i, scratch->strips.get() + (i - first) * rows_.strip_floats());
    double between[kGroup] = {};  // the greatest step from the end of block i to the beginning of block j
    for (size_t j = first; j < rows_.blocks(); ++j) {
      check_cancelled(cancelled_);
      for (size_t i = first; i < std::min(last, j + 1); ++i) {
        if (j > i) between[i - first] = std::max(between[i - first], step_[j * kBlock]);
        search_tile(i, scratch->strips.get() + (i - first) * rows_.strip_floats(), j, between[i - first], *scratch);
        if (j == i) continue;
        for (size_t at = j * kBlock + 1; at < std::min(rows_.count(), (j + 1) * kBlock); ++at)
          between[i - first] = std::max(between[i - first], step_[at]);
      }
    }
    {
      std::lock_guard<std::mutex> lock(mutex_);
      found_.a.insert(found_.a.end(), scratch->found.a.begin(), scratch->found.a.end());
      found_.b.insert(found_.b.end(), scratch->found.b.begin(), scratch->found.b.end());
      found_.squared.insert(found_.squared.end(), scratch->found.squared.begin(), scratch->found.squared.end());
    }
    scratches_.give_back(std::move(scratch));
  }

  void search_tile(size_t i, const float* strip, size_t j, double between, Scratch& scratch) {
    const size_t n = rows_.count(), i0 = i * kBlock, j0 = j * kBlock;
    const size_t height = std::min(kBlock, n - i0), width = std::min(kBlock, n - j0);
    // The greatest step from row r to the end of its block, and from the beginning of the other block to its row c.
    double from[kBlock] = {}, to[kBlock] = {};
    for (size_t r = height - 1; r-- > 0;) from[r] = std::max(from[r + 1], step_[i0 + r + 1]);
    for (size_t c = 1; c < width; ++c) to[c] = std::max(to[c - 1], step_[j0 + c]);
    if (balls_.apart(i, j, std::max({between, from[0], to[width - 1]}))) return;

    float error = 0, limit[kBlock];
    for (size_t r = 0; r < height; ++r) error = std::max(error, rows_.error(i0 + r));
    float other = 0;
    for (size_t c = 0; c < width; ++c) other = std::max(other, rows_.error(j0 + c));
    error = 1.001f * (error + other);
    for (size_t c = 0; c < width; ++c) limit[c] = rounded_up(rounded_up(to[c]) + error);

    const float* tile = scratch.tile.get();
    rows_.block_distances(i, strip, j, scratch.tile.get());
    for (size_t r = 0; r < height; ++r) {
      const double own = std::max(from[r], between);
      const float own_limit = rounded_up(rounded_up(own) + error);
      for (size_t first = 0; first < width; first += 16) {
        const size_t end = std::min(width, first + 16);
        int any = 0;
        for (size_t c = first; c < end; ++c) any |= tile[r * kBlock + c] <= std::max(own_limit, limit[c]);
        if (!any) continue;
        for (size_t c = first; c < end; ++c) {
          if (tile[r * kBlock + c] > std::max(own_limit, limit[c]) || (i == j && c <= r)) continue;
          const double squared = rows_.exact(i0 + r, j0 + c);
          // Within one block only the steps between the two count, for which from and to are bounds.
          const double greatest = i != j ? std::max(own, to[c])
                                         : *std::max_element(step_.begin() + static_cast<ptrdiff_t>(i0 + r + 1),
                                                             step_.begin() + static_cast<ptrdiff_t>(i0 + c + 1));
          if (squared <= greatest) scratch.found.add(static_cast<int32_t>(i0 + r), static_cast<int32_t>(j0 + c), squared);
        }
      }
    }
  }

  /** A better tree from what was found so far, and only those pairs kept that may be an edge beside it. */
  void tighten() {
    const std::vector<double> within = cores_within(core_.size(), found_, wanted_, weight_, pool_);
    for (size_t at = 0; at < core_.size(); ++at) core_[at] = std::min(core_[at], within[at]);
    EdgeList all = found_;
    for (size_t e = 0; e < chain_.size(); ++e) all.add(chain_.a[e], chain_.b[e], chain_.squared[e]);
    const SparseWalk walk = sparse_walk(SparseGraph(core_.size(), all), core_, 0, nullptr, cancelled_);
    const RangeMaximum greatest(walk.squared);
    std::vector<size_t> place(core_.size());
    for (size_t at = 0; at < place.size(); ++at) place[static_cast<size_t>(walk.point[at])] = at;
    const auto on_path = [&](size_t a, size_t b) {
      const auto [low, high] = std::minmax(place[a], place[b]);
      return greatest.within(low + 1, high);
    };
    chain_ = EdgeList();
    for (size_t at = 1; at < core_.size(); ++at) {
      chain_.add(walk.point[at - 1], walk.point[at], walk.squared[at]);
      step_[at] = on_path(at - 1, at);
    }
    size_t kept = 0;
    for (size_t e = 0; e < found_.size(); ++e) {
      const auto a = found_.a[e], b = found_.b[e];
      if (found_.squared[e] > on_path(static_cast<size_t>(a), static_cast<size_t>(b))) continue;
      found_.a[kept] = a;
      found_.b[kept] = b;
      found_.squared[kept++] = found_.squared[e];
    }
    found_.a.resize(kept);
    found_.b.resize(kept);
    found_.squared.resize(kept);
  }

  const PackedRows rows_;
  const BlockBalls balls_;
  /** The greatest weight on the path from the row before, in the tree as it is now. */
  std::vector<double> step_, core_;
  const size_t wanted_;
  const std::vector<int32_t>& weight_;
  Pool& pool_;
  const std::atomic<bool>* cancelled_;
  /** The tree as edges: the chain of its walk has the same greatest weights between any two. */
  EdgeList chain_, found_;
  std::mutex mutex_;
  Scratches<Scratch> scratches_;
};

}  // namespace

EdgeList tree_edges(const float* x, const std::vector<int32_t>& row, size_t d, UpperTree tree, size_t wanted,
                    const std::vector<int32_t>& weight, size_t most, Pool& pool, const std::atomic<bool>* cancelled) {
  const size_t n = row.size();
  if (n == 0) return {};
  std::vector<int32_t> walked_row(n), walked_weight(n);
  for (size_t at = 0; at < n; ++at) {
    walked_row[at] = row[static_cast<size_t>(tree.walk.point[at])];
    walked_weight[at] = weight[static_cast<size_t>(tree.walk.point[at])];
  }
  EdgeList found = Pass(x, walked_row, d, tree, wanted, walked_weight, pool, cancelled).run(most);
  for (int32_t& at : found.a) at = tree.walk.point[static_cast<size_t>(at)];
  for (int32_t& at : found.b) at = tree.walk.point[static_cast<size_t>(at)];
  return found;
}

std::vector<double> cores_within(size_t n, const EdgeList& edges, size_t wanted, const std::vector<int32_t>& weight,
                                 Pool& pool) {
  const SparseGraph graph(n, edges);
  std::vector<double> core(n, kInfinity);
  constexpr size_t block = 256;
  pool.parallel_for((n + block - 1) / block, [&](size_t b) {
    std::vector<std::pair<double, int32_t>> near;
    for (size_t i = b * block; i < std::min(n, (b + 1) * block); ++i) {
      near.clear();
      for (size_t e = graph.start[i]; e < graph.start[i + 1]; ++e) near.emplace_back(graph.squared[e], graph.to[e]);
      const size_t enough = std::min(near.size(), wanted);
      std::partial_sort(near.begin(), near.begin() + static_cast<ptrdiff_t>(enough), near.end());
      size_t total = static_cast<size_t>(weight[i]) - 1;  // its own copies are at distance 0
      if (total >= wanted) core[i] = 0;
      for (size_t c = 0; total < wanted && c < enough; ++c) {
        total += static_cast<size_t>(weight[static_cast<size_t>(near[c].second)]);
        if (total >= wanted) core[i] = near[c].first;
      }
    }
  });
  return core;
}

}  // namespace wikitag
