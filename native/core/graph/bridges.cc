#include "core/graph/bridges.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "core/distance/packed_rows.h"
#include "core/graph/neighbour_lists.h"
#include "core/support/scratches.h"

namespace wikitag {
namespace {

/** Pieces of other components that a piece is measured against. */
constexpr size_t kNearPieces = 8;
/** After so many rounds whatever is connected will do. */
constexpr size_t kRounds = 12;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Scratch {
  explicit Scratch(size_t dims) : left(dims), right(dims), tile(make_buffer(kBlock * kBlock)) {}
  PackedSide left, right;
  FloatBuffer tile;
};

/** Runs of the walk of at most kBlock rows that lie within one component. */
struct Pieces {
  size_t count() const { return component.size(); }
  std::vector<size_t> start;
  std::vector<int32_t> component;
  /** Components are numbered along the walk. */
  int32_t components = 0, largest = 0;
};

/** Whether each row of the walk is in one component with the row before it: see connect. */
std::vector<char> joined_before(const SparseWalk& walk, const std::vector<double>& reach) {
  const size_t n = walk.point.size();
  std::vector<int32_t> order(n), above(n);
  std::iota(order.begin(), order.end(), 0);
  std::iota(above.begin(), above.end(), 0);
  std::sort(order.begin(), order.end(), [&](int32_t a, int32_t b) {
    const double p = walk.squared[static_cast<size_t>(a)], q = walk.squared[static_cast<size_t>(b)];
    return p < q || (p == q && a < b);
  });
  const auto top = [&above](size_t at) {
    while (static_cast<size_t>(above[at]) != at) at = static_cast<size_t>(above[at] = above[static_cast<size_t>(above[at])]);
    return at;
  };
  std::vector<double> least(n);
  for (size_t at = 0; at < n; ++at) least[at] = reach[static_cast<size_t>(walk.point[at])];
  std::vector<char> joined(n);
  for (const int32_t step : order) {
    const size_t at = static_cast<size_t>(step);
    const double weight = walk.squared[at];
    if (weight == kInfinity) break;
    const size_t left = top(at - 1), right = top(at);
    if (weight > std::max(least[left], least[right])) continue;
    joined[at] = 1;
    above[right] = static_cast<int32_t>(left);
    least[left] = std::min(least[left], least[right]);
  }
  return joined;
}

Pieces cut(const std::vector<char>& joined) {
  Pieces out;
  const size_t n = joined.size();
  size_t most = 0;
  for (size_t began = 0; began < n;) {
    size_t end = began + 1;
    while (end < n && joined[end]) ++end;
    for (size_t at = began; at < end; at += kBlock) {
      out.start.push_back(at);
      out.component.push_back(out.components);
    }
    if (end - began > most) {
      most = end - began;
      out.largest = out.components;
    }
    ++out.components;
    began = end;
  }
  out.start.push_back(n);
  return out;
}

std::vector<float> centroids(const MeasuredRows& rows, const SparseWalk& walk, const Pieces& pieces, Pool& pool) {
  const size_t d = rows.dims();
  std::vector<float> out(pieces.count() * d);
  pool.parallel_for(pieces.count(), [&](size_t piece) {
    std::vector<double> sum(d);
    for (size_t at = pieces.start[piece]; at < pieces.start[piece + 1]; ++at) {
      const float* row = rows.at(static_cast<size_t>(walk.point[at]));
      for (size_t c = 0; c < d; ++c) sum[c] += row[c];
    }
    const double size = static_cast<double>(pieces.start[piece + 1] - pieces.start[piece]);
    for (size_t c = 0; c < d; ++c) out[piece * d + c] = static_cast<float>(sum[c] / size);
  });
  return out;
}

/** Pairs of pieces to measure, by the pieces: near ones of different components. */
std::vector<std::pair<int32_t, int32_t>> near_pieces(const MeasuredRows& rows, const SparseWalk& walk,
                                                     const Pieces& pieces, Pool& pool,
                                                     const std::atomic<bool>* cancelled) {
  const std::vector<float> centre = centroids(rows, walk, pieces, pool);
  const PackedRows packed(centre.data(), nullptr, pieces.count(), rows.dims(), pool);
  NeighbourLists lists(pieces.count(), kNearPieces);
  pool.parallel_for(packed.blocks(), [&](size_t block) {
    const size_t end = std::min(pieces.count(), (block + 1) * kBlock);
    FloatBuffer strip = make_buffer(packed.strip_floats());
    FloatBuffer tile = make_buffer(kBlock * kBlock);
    packed.pack_strip(block, strip.get());
    for (size_t other = 0; other < packed.blocks(); ++other) {
      check_cancelled(cancelled);
      packed.block_distances(block, strip.get(), other, tile.get());
      for (size_t p = block * kBlock; p < end; ++p) {
        // The largest component is reached from the others.
        if (pieces.component[p] == pieces.largest) continue;
        for (size_t q = other * kBlock; q < std::min(pieces.count(), (other + 1) * kBlock); ++q)
          if (pieces.component[p] != pieces.component[q])
            lists.offer(p, static_cast<int32_t>(q), tile[(p - block * kBlock) * kBlock + q - other * kBlock]);
      }
    }
  });
  std::vector<std::pair<int32_t, int32_t>> pairs;
  for (size_t p = 0; p < pieces.count(); ++p)
    for (size_t c = 0; c < lists.k() && lists.index(p)[c] >= 0; ++c)
      pairs.push_back(std::minmax(static_cast<int32_t>(p), lists.index(p)[c]));
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  return pairs;
}

struct Bridge {
  int32_t a = 0, b = 0;
  double weight = kInfinity;
};

/** The pair with the least mutual reachability in a tile; of equals the first. */
Bridge nearest_pair(const float* tile, const int32_t* left, size_t height, const int32_t* right, size_t width,
                    const std::vector<double>& core) {
  Bridge best{left[0], right[0], kInfinity};
  for (size_t r = 0; r < height; ++r)
    for (size_t c = 0; c < width; ++c) {
      if (tile[r * kBlock + c] >= best.weight) continue;
      const double weight = std::max({static_cast<double>(tile[r * kBlock + c]), core[static_cast<size_t>(left[r])],
                                      core[static_cast<size_t>(right[c])]});
      if (weight < best.weight) best = {left[r], right[c], weight};
    }
  return best;
}

std::vector<Bridge> measure(const MeasuredRows& rows, const SparseWalk& walk, const Pieces& pieces,
                            const std::vector<std::pair<int32_t, int32_t>>& pairs, const std::vector<double>& core,
                            Scratches<Scratch>& scratches, Pool& pool, const std::atomic<bool>* cancelled) {
  constexpr size_t run = 32;
  std::vector<Bridge> found(pairs.size());
  const auto rows_of = [&](int32_t piece) { return walk.point.data() + pieces.start[static_cast<size_t>(piece)]; };
  const auto size_of = [&](int32_t piece) {
    return pieces.start[static_cast<size_t>(piece) + 1] - pieces.start[static_cast<size_t>(piece)];
  };
  pool.parallel_for((pairs.size() + run - 1) / run, [&](size_t chunk) {
    check_cancelled(cancelled);
    auto scratch = scratches.take(rows.dims());
    int32_t packed = -1;
    for (size_t at = chunk * run; at < std::min(pairs.size(), (chunk + 1) * run); ++at) {
      const auto [p, q] = pairs[at];
      if (p != packed) rows.pack_left(rows_of(p), size_of(p), scratch->left);
      packed = p;
      rows.pack_right(rows_of(q), size_of(q), scratch->right);
      rows.distances(scratch->left, scratch->right, scratch->tile.get());
      Bridge& bridge = found[at];
      bridge = nearest_pair(scratch->tile.get(), rows_of(p), size_of(p), rows_of(q), size_of(q), core);
      const size_t a = static_cast<size_t>(bridge.a), b = static_cast<size_t>(bridge.b);
      bridge.weight = std::max({rows.exact(a, b), core[a], core[b]});
    }
    scratches.give_back(std::move(scratch));
  });
  return found;
}

/** Each component but the largest now knows its surroundings as far as its shortest bridge. */
void extend_reach(const SparseWalk& walk, const Pieces& pieces, const std::vector<std::pair<int32_t, int32_t>>& pairs,
                  const std::vector<Bridge>& found, std::vector<double>& reach) {
  std::vector<double> shortest(static_cast<size_t>(pieces.components), kInfinity);
  for (size_t at = 0; at < pairs.size(); ++at)
    for (const int32_t piece : {pairs[at].first, pairs[at].second}) {
      double& least = shortest[static_cast<size_t>(pieces.component[static_cast<size_t>(piece)])];
      least = std::min(least, found[at].weight);
    }
  shortest[static_cast<size_t>(pieces.largest)] = 0;
  for (size_t piece = 0; piece < pieces.count(); ++piece)
    for (size_t at = pieces.start[piece]; at < pieces.start[piece + 1]; ++at) {
      double& own = reach[static_cast<size_t>(walk.point[at])];
      own = std::max(own, shortest[static_cast<size_t>(pieces.component[piece])]);
    }
}

}  // namespace

SparseWalk connect(const MeasuredRows& rows, EdgeList& edges, const std::vector<double>& squared_core,
                   std::vector<double> reach, size_t first, Pool& pool, const std::atomic<bool>* cancelled) {
  Scratches<Scratch> scratches;
  for (size_t round = 0;; ++round) {
    SparseWalk walk = sparse_walk(SparseGraph(rows.count(), edges), squared_core, first, nullptr, cancelled);
    if (round == kRounds) reach.assign(rows.count(), kInfinity);
    const Pieces pieces = cut(joined_before(walk, reach));
    if (pieces.components <= 1) return walk;
    const auto pairs = near_pieces(rows, walk, pieces, pool, cancelled);
    const std::vector<Bridge> found = measure(rows, walk, pieces, pairs, squared_core, scratches, pool, cancelled);
    extend_reach(walk, pieces, pairs, found, reach);
    for (const Bridge& bridge : found)
      edges.add(bridge.a, bridge.b, rows.exact(static_cast<size_t>(bridge.a), static_cast<size_t>(bridge.b)));
  }
}

}  // namespace wikitag
