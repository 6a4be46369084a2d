#include "core/graph/bridges.h"

#include <algorithm>
#include <limits>
#include <mutex>
#include <utility>

#include "core/distance/packed_rows.h"
#include "core/graph/neighbour_lists.h"
#include "core/support/scratches.h"

namespace wikitag {
namespace {

/** Pieces of other components that a piece is measured against. */
constexpr size_t kNearPieces = 8;

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
  int32_t largest = 0;
};

Pieces cut(const SparseWalk& walk) {
  Pieces out;
  int32_t component = -1;
  size_t most = 0, began = 0;
  const size_t n = walk.point.size();
  const auto close = [&](size_t end) {
    if (component < 0) return;
    for (size_t at = began; at < end; at += kBlock) {
      out.start.push_back(at);
      out.component.push_back(component);
    }
    if (end - began > most) {
      most = end - began;
      out.largest = component;
    }
  };
  for (size_t at = 0; at < n; ++at) {
    if (walk.squared[at] != std::numeric_limits<double>::infinity()) continue;
    close(at);
    ++component;
    began = at;
  }
  close(n);
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

/** The rows with the least mutual reachability in a tile; of equals the first. */
std::pair<int32_t, int32_t> nearest_pair(const float* tile, const int32_t* left, size_t height, const int32_t* right,
                                         size_t width, const std::vector<double>& core) {
  double least = std::numeric_limits<double>::infinity();
  std::pair<int32_t, int32_t> best{left[0], right[0]};
  for (size_t r = 0; r < height; ++r)
    for (size_t c = 0; c < width; ++c) {
      if (tile[r * kBlock + c] >= least) continue;
      const double weight = std::max({static_cast<double>(tile[r * kBlock + c]), core[static_cast<size_t>(left[r])],
                                      core[static_cast<size_t>(right[c])]});
      if (weight >= least) continue;
      least = weight;
      best = {left[r], right[c]};
    }
  return best;
}

}  // namespace

SparseWalk connect(const MeasuredRows& rows, EdgeList& edges, const std::vector<double>& squared_core, size_t first,
                   Pool& pool, const std::atomic<bool>* cancelled) {
  Scratches<Scratch> scratches;
  for (;;) {
    SparseWalk walk = sparse_walk(SparseGraph(rows.count(), edges), squared_core, first, nullptr, cancelled);
    const Pieces pieces = cut(walk);
    if (pieces.count() == 0 || pieces.component.back() == 0) return walk;
    const auto pairs = near_pieces(rows, walk, pieces, pool, cancelled);
    std::vector<std::pair<int32_t, int32_t>> found(pairs.size());
    constexpr size_t run = 32;
    pool.parallel_for((pairs.size() + run - 1) / run, [&](size_t chunk) {
      check_cancelled(cancelled);
      auto scratch = scratches.take(rows.dims());
      int32_t packed = -1;
      const auto rows_of = [&](int32_t piece) { return walk.point.data() + pieces.start[static_cast<size_t>(piece)]; };
      const auto size_of = [&](int32_t piece) {
        return pieces.start[static_cast<size_t>(piece) + 1] - pieces.start[static_cast<size_t>(piece)];
      };
      for (size_t at = chunk * run; at < std::min(pairs.size(), (chunk + 1) * run); ++at) {
        const auto [p, q] = pairs[at];
        if (p != packed) rows.pack_left(rows_of(p), size_of(p), scratch->left);
        packed = p;
        rows.pack_right(rows_of(q), size_of(q), scratch->right);
        rows.distances(scratch->left, scratch->right, scratch->tile.get());
        found[at] = nearest_pair(scratch->tile.get(), rows_of(p), size_of(p), rows_of(q), size_of(q), squared_core);
      }
      scratches.give_back(std::move(scratch));
    });
    for (const auto& [a, b] : found) edges.add(a, b, rows.exact(static_cast<size_t>(a), static_cast<size_t>(b)));
  }
}

}  // namespace wikitag
