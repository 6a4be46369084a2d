#include "core/graph/approximate_neighbours.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <utility>

#include "core/graph/forest.h"
#include "core/graph/sparse_walk.h"
#include "core/support/scratches.h"

namespace wikitag {
namespace {

/** Candidates that a block of rows is measured against in a round. */
constexpr size_t kCandidates = 16 * kBlock;

struct Scratch {
  explicit Scratch(size_t dims) : left(dims), right(dims), tile(make_buffer(kBlock * kBlock)) {}
  PackedSide left, right;
  FloatBuffer tile;
  std::vector<int32_t> seen, found;
};

/** Offers a tile's distances to the rows on its left and, unless they are the same rows, to those on its right. */
void offer_tile(const float* tile, const int32_t* left, size_t height, const int32_t* right, size_t width,
                bool both_ways, NeighbourLists& lists) {
  float limit[kBlock];
  for (size_t c = 0; c < width; ++c) limit[c] = both_ways ? lists.limit(static_cast<size_t>(right[c])) : 0;
  for (size_t r = 0; r < height; ++r) {
    const float* value = tile + r * kBlock;
    const size_t i = static_cast<size_t>(left[r]);
    const float own = lists.limit(i);
    for (size_t first = 0; first < width; first += 16) {
      const size_t end = std::min(width, first + 16);
      int any = 0;
      for (size_t c = first; c < end; ++c) any |= (value[c] <= own) | (both_ways & (value[c] <= limit[c]));
      if (!any) continue;
      for (size_t c = first; c < end; ++c) {
        if (left[r] == right[c]) continue;
        if (value[c] <= own) lists.offer(i, right[c], value[c]);
        if (both_ways && value[c] <= limit[c]) {
          lists.offer(static_cast<size_t>(right[c]), left[r], value[c]);
          limit[c] = lists.limit(static_cast<size_t>(right[c]));
        }
      }
    }
  }
}

/** Measures all pairs within each leaf. A leaf's rows are in no other leaf, so no two threads write one list. */
void join_leaves(const MeasuredRows& rows, const Partition& leaves, NeighbourLists& lists,
                 Scratches<Scratch>& scratches, Pool& pool, const std::atomic<bool>* cancelled) {
  pool.parallel_for(leaves.start.size() - 1, [&](size_t leaf) {
    check_cancelled(cancelled);
    auto scratch = scratches.take(rows.dims());
    const size_t end = leaves.start[leaf + 1];
    for (size_t i = leaves.start[leaf]; i < end; i += kBlock) {
      const int32_t* left = leaves.order.data() + i;
      const size_t height = std::min(kBlock, end - i);
      rows.pack_left(left, height, scratch->left);
      for (size_t j = i; j < end; j += kBlock) {
        const int32_t* right = leaves.order.data() + j;
        const size_t width = std::min(kBlock, end - j);
        rows.pack_right(right, width, scratch->right);
        rows.distances(scratch->left, scratch->right, scratch->tile.get());
        offer_tile(scratch->tile.get(), left, height, right, width, i != j, lists);
      }
    }
    scratches.give_back(std::move(scratch));
  });
}

/** Whoever is somebody's neighbour hears of it. */
void offer_back(NeighbourLists& lists) {
  for (size_t i = 0; i < lists.count(); ++i)
    for (size_t c = 0; c < lists.k(); ++c) {
      const int32_t j = lists.index(i)[c];
      if (j >= 0) lists.offer(static_cast<size_t>(j), static_cast<int32_t>(i), lists.distance(i)[c]);
    }
}

/** The rows most often met among the neighbours, and their neighbours, of a block of rows; by index. */
void gather_candidates(const int32_t* block, size_t height, const NeighbourLists& lists, Scratch& scratch) {
  std::vector<int32_t>& seen = scratch.seen;
  std::vector<int32_t>& found = scratch.found;
  seen.resize(lists.count());
  found.clear();
  const auto meet = [&](int32_t j) {
    if (j >= 0 && seen[static_cast<size_t>(j)]++ == 0) found.push_back(j);
  };
  for (size_t r = 0; r < height; ++r)
    for (size_t c = 0; c < lists.k(); ++c) meet(lists.index(static_cast<size_t>(block[r]))[c]);
  const size_t near = found.size();
  for (size_t at = 0; at < near; ++at)
    for (size_t c = 0; c < lists.k(); ++c) meet(lists.index(static_cast<size_t>(found[at]))[c]);
  const std::vector<int32_t> all = found;
  if (found.size() > kCandidates) {
    std::nth_element(found.begin(), found.begin() + kCandidates, found.end(), [&](int32_t a, int32_t b) {
      const int32_t p = seen[static_cast<size_t>(a)], q = seen[static_cast<size_t>(b)];
      return p > q || (p == q && a < b);
    });
    found.resize(kCandidates);
  }
  std::sort(found.begin(), found.end());
  for (const int32_t j : all) seen[static_cast<size_t>(j)] = 0;
}

/** One round: rows against the neighbours of their neighbours, as those stood when the round began. */
void join_neighbours(const MeasuredRows& rows, const std::vector<int32_t>& order, NeighbourLists& lists,
                     Scratches<Scratch>& scratches, Pool& pool, const std::atomic<bool>* cancelled) {
  const NeighbourLists before = lists;
  pool.parallel_for(rows.blocks(), [&](size_t b) {
    check_cancelled(cancelled);
    auto scratch = scratches.take(rows.dims());
    const int32_t* left = order.data() + b * kBlock;
    const size_t height = std::min(kBlock, order.size() - b * kBlock);
    gather_candidates(left, height, before, *scratch);
    rows.pack_left(left, height, scratch->left);
    const std::vector<int32_t>& found = scratch->found;
    for (size_t first = 0; first < found.size(); first += kBlock) {
      const size_t width = std::min(kBlock, found.size() - first);
      rows.pack_right(found.data() + first, width, scratch->right);
      rows.distances(scratch->left, scratch->right, scratch->tile.get());
      offer_tile(scratch->tile.get(), left, height, found.data() + first, width, false, lists);
    }
    scratches.give_back(std::move(scratch));
  });
}

/** Rows one after the other as a walk through the graph meets them: near rows stand close together. */
std::vector<int32_t> walk_order(const NeighbourLists& lists) {
  EdgeList edges;
  edges.reserve(lists.count() * lists.k());
  for (size_t i = 0; i < lists.count(); ++i)
    for (size_t c = 0; c < lists.k() && lists.index(i)[c] >= 0; ++c)
      edges.add(static_cast<int32_t>(i), lists.index(i)[c], lists.distance(i)[c]);
  return sparse_walk(SparseGraph(lists.count(), edges), std::vector<double>(lists.count()), 0).point;
}

}  // namespace

NeighbourLists search_neighbours(const MeasuredRows& rows, size_t k, const SearchEffort& effort, Pool& pool,
                                 const std::atomic<bool>* cancelled) {
  NeighbourLists lists(rows.count(), k);
  if (k == 0) return lists;
  Scratches<Scratch> scratches;
  // The smaller half of a leaf must hold k others.
  const size_t leaf_blocks = 2 * std::max<size_t>(1, (k + kBlock) / kBlock);
  for (uint64_t tree = 0; tree < effort.trees; ++tree) {
    join_leaves(rows, random_partition(rows, tree, leaf_blocks, pool, cancelled), lists, scratches, pool, cancelled);
    if (rows.count() <= leaf_blocks * kBlock) return lists;  // one leaf: all pairs are measured
  }
  for (size_t round = 0; round < effort.rounds; ++round) {
    offer_back(lists);
    join_neighbours(rows, walk_order(lists), lists, scratches, pool, cancelled);
  }
  offer_back(lists);
  return lists;
}

Neighbours measured_neighbours(const MeasuredRows& rows, const NeighbourLists& lists, Pool& pool,
                               const std::atomic<bool>* cancelled) {
  const size_t n = lists.count(), k = lists.k();
  Neighbours out;
  out.n = n;
  out.k = k;
  out.index.resize(n * k);
  out.distance.resize(n * k);
  pool.parallel_for(rows.blocks(), [&](size_t block) {
    check_cancelled(cancelled);
    std::vector<std::pair<double, int32_t>> ranked(k);
    for (size_t i = block * kBlock; i < std::min(n, (block + 1) * kBlock); ++i) {
      for (size_t c = 0; c < k; ++c) ranked[c] = {rows.exact(i, static_cast<size_t>(lists.index(i)[c])), lists.index(i)[c]};
      std::sort(ranked.begin(), ranked.end());
      for (size_t c = 0; c < k; ++c) {
        out.distance[i * k + c] = ranked[c].first;
        out.index[i * k + c] = ranked[c].second;
      }
    }
  });
  return out;
}

}  // namespace wikitag
