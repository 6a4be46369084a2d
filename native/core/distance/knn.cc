#include "core/distance/knn.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

#include "core/distance/exact.h"

namespace wikitag {
namespace {

constexpr size_t kChunk = 64;
constexpr size_t kRefineBlock = 64;
using Ranked = std::vector<std::pair<double, int32_t>>;

/** Calls visit(j) for each j with value[j] + sign * error[j] <= limit; visit may lower the limit. */
template <int Sign, class Visit>
void scan(const float* value, const float* error, size_t n, const float& limit, const Visit& visit) {
  for (size_t first = 0; first < n; first += kChunk) {
    const size_t end = std::min(n, first + kChunk);
    int any = 0;
    const float now = limit;
    for (size_t j = first; j < end; ++j) any |= value[j] + Sign * error[j] <= now;
    if (!any) continue;
    for (size_t j = first; j < end; ++j)
      if (value[j] + Sign * error[j] <= limit) visit(j);
  }
}

/** Reused from row to row. */
struct Scratch {
  std::vector<float> heap;
  Ranked ranked;
};

/**
 * The k nearest of row i from its approximate distances to all rows (infinity to itself). The k-th least upper bound
 * bounds the k-th distance; whatever has its lower bound within that is measured exactly.
 */
void nearest_of(const PackedRows& rows, const float* approximate, size_t i, size_t k, Scratch& scratch) {
  std::vector<float>& heap = scratch.heap;
  heap.assign(k, std::numeric_limits<float>::infinity());
  float limit = std::numeric_limits<float>::infinity();
  scan<1>(approximate, rows.errors(), rows.count(), limit, [&](size_t j) {
    const float upper = approximate[j] + rows.error(j);
    if (!(upper < limit)) return;
    std::pop_heap(heap.begin(), heap.end());
    heap.back() = upper;
    std::push_heap(heap.begin(), heap.end());
    limit = heap.front();
  });
  limit += 2 * rows.error(i);
  limit += limit * 1e-6f;  // the roundings of these few sums
  scratch.ranked.clear();
  scan<-1>(approximate, rows.errors(), rows.count(), limit, [&](size_t j) {
    if (j != i) scratch.ranked.emplace_back(rows.exact(i, j), static_cast<int32_t>(j));
  });
  std::partial_sort(scratch.ranked.begin(), scratch.ranked.begin() + k, scratch.ranked.end());
}

void store(const Ranked& ranked, size_t i, double scale, Neighbours& out) {
  for (size_t c = 0; c < out.k; ++c) {
    out.index[i * out.k + c] = ranked[c].second;
    out.distance[i * out.k + c] = std::sqrt(ranked[c].first) / scale;
  }
}

Neighbours room_for(size_t n, size_t k) {
  Neighbours out;
  out.n = n;
  out.k = n == 0 ? 0 : std::min(k, n - 1);
  out.index.resize(n * out.k);
  out.distance.resize(n * out.k);
  return out;
}

}  // namespace

Neighbours nearest_neighbours(const float* x, size_t n, size_t d, size_t k, Pool& pool,
                              const std::atomic<bool>* cancelled) {
  return nearest_neighbours(PackedRows(x, nullptr, n, d, pool), nullptr, k, pool, cancelled);
}

Neighbours nearest_neighbours(const PackedRows& rows, const DistanceMatrix* stored, size_t k, Pool& pool,
                              const std::atomic<bool>* cancelled) {
  const size_t n = rows.count();
  Neighbours out = room_for(n, k);
  if (out.k == 0) return out;
  pool.parallel_for(rows.blocks(), [&](size_t block) {
    Scratch scratch;
    const size_t i0 = block * kBlock;
    const size_t i1 = std::min(n, i0 + kBlock);
    const size_t stride = rows.blocks() * kBlock;
    FloatBuffer panel, strip, tile;
    if (stored == nullptr) {
      panel = make_buffer(kBlock * stride);
      strip = make_buffer(rows.strip_floats());
      tile = make_buffer(kBlock * kBlock);
      rows.pack_strip(block, strip.get());
      for (size_t other = 0; other < rows.blocks(); ++other) {
        check_cancelled(cancelled);
        rows.block_distances(block, strip.get(), other, tile.get());
        for (size_t r = 0; r < kBlock; ++r)
          std::copy_n(tile.get() + r * kBlock, kBlock, panel.get() + r * stride + other * kBlock);
      }
      for (size_t i = i0; i < i1; ++i) panel[(i - i0) * stride + i] = std::numeric_limits<float>::infinity();
    }
    check_cancelled(cancelled);
    for (size_t i = i0; i < i1; ++i) {
      nearest_of(rows, stored != nullptr ? stored->row(i) : panel.get() + (i - i0) * stride, i, out.k, scratch);
      store(scratch.ranked, i, rows.scale(), out);
    }
  });
  return out;
}

Neighbours refine_neighbours(const float* x, size_t n, size_t d, const int32_t* candidates, size_t width, size_t k,
                             Pool& pool, const std::atomic<bool>* cancelled) {
  Neighbours out = room_for(n, k);
  if (out.k == 0) return out;
  pool.parallel_for((n + kRefineBlock - 1) / kRefineBlock, [&](size_t block) {
    check_cancelled(cancelled);
    Ranked ranked;
    std::vector<int32_t> proposed;
    for (size_t i = block * kRefineBlock; i < std::min(n, (block + 1) * kRefineBlock); ++i) {
      proposed.assign(candidates + i * width, candidates + (i + 1) * width);
      std::sort(proposed.begin(), proposed.end());
      proposed.erase(std::unique(proposed.begin(), proposed.end()), proposed.end());
      ranked.clear();
      for (const int32_t j : proposed)
        if (j >= 0 && static_cast<size_t>(j) < n && static_cast<size_t>(j) != i)
          ranked.emplace_back(exact_squared_distance(x + i * d, x + static_cast<size_t>(j) * d, d), j);
      if (ranked.size() < out.k) throw std::invalid_argument("a row has fewer candidates than neighbours wanted");
      std::partial_sort(ranked.begin(), ranked.begin() + out.k, ranked.end());
      store(ranked, i, 1, out);
    }
  });
  return out;
}

}  // namespace wikitag
