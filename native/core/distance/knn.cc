#include "core/distance/knn.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <stdexcept>
#include <utility>

#include "core/distance/exact.h"
#include "core/support/scratches.h"

namespace wikitag {
namespace {

constexpr size_t kChunk = 64;
constexpr size_t kRefineBlock = 64;
using Ranked = std::vector<std::pair<double, int32_t>>;

/** Calls visit(j) for at least each j with value[j] <= bound(chunk of j); the bound may fall meanwhile. */
template <class Bound, class Visit>
void scan(const float* value, size_t n, const Bound& bound, const Visit& visit) {
  for (size_t first = 0; first < n; first += kChunk) {
    const size_t end = std::min(n, first + kChunk);
    const float limit = bound(first / kChunk);
    int any = 0;
    for (size_t j = first; j < end; ++j) any |= value[j] <= limit;
    if (!any) continue;
    for (size_t j = first; j < end; ++j)
      if (value[j] <= limit) visit(j);
  }
}

/** Reused from row to row and from block to block: fresh pages for every block would cost a sixth of the time. */
struct Scratch {
  FloatBuffer panel, strip, tile;
  std::vector<float> heap;
  Ranked ranked;
};

/** The greatest error of each chunk of rows. */
std::vector<float> chunk_errors(const PackedRows& rows) {
  std::vector<float> most((rows.count() + kChunk - 1) / kChunk);
  for (size_t j = 0; j < rows.count(); ++j) most[j / kChunk] = std::max(most[j / kChunk], rows.error(j));
  return most;
}

/** Approximate distances of a block of rows to all rows, infinity to themselves; row r begins at panel[r * stride]. */
void fill_panel(const PackedRows& rows, size_t block, size_t stride, Scratch& scratch,
                const std::atomic<bool>* cancelled) {
  if (scratch.panel == nullptr) {
    scratch.panel = make_buffer(kBlock * stride);
    scratch.strip = make_buffer(rows.strip_floats());
    scratch.tile = make_buffer(kBlock * kBlock);
  }
  rows.pack_strip(block, scratch.strip.get());
  for (size_t other = 0; other < rows.blocks(); ++other) {
    check_cancelled(cancelled);
    rows.block_distances(block, scratch.strip.get(), other, scratch.tile.get());
    for (size_t r = 0; r < kBlock; ++r)
      std::copy_n(scratch.tile.get() + r * kBlock, kBlock, scratch.panel.get() + r * stride + other * kBlock);
  }
  for (size_t r = 0; r < kBlock; ++r)
    scratch.panel[r * stride + block * kBlock + r] = std::numeric_limits<float>::infinity();
}

/**
 * The k nearest of row i from its approximate distances to all rows (infinity to itself). The k-th least upper bound
 * bounds the k-th distance; whatever has its lower bound within that is measured exactly.
 */
void nearest_of(const PackedRows& rows, const std::vector<float>& chunk_error, const float* approximate, size_t i,
                size_t k, Scratch& scratch) {
  std::vector<float>& heap = scratch.heap;
  heap.assign(k, std::numeric_limits<float>::infinity());
  float limit = std::numeric_limits<float>::infinity();
  const auto upper_bound = [&](size_t) { return limit; };  // errors only add
  scan(approximate, rows.count(), upper_bound, [&](size_t j) {
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
  const auto lower_bound = [&](size_t chunk) { return (limit + chunk_error[chunk]) * (1 + 1e-6f); };
  scan(approximate, rows.count(), lower_bound, [&](size_t j) {
    if (j != i && approximate[j] - rows.error(j) <= limit) scratch.ranked.emplace_back(rows.exact(i, j), static_cast<int32_t>(j));
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
  return nearest_neighbours(PackedRows(x, nullptr, n, d, pool), k, pool, cancelled);
}

Neighbours nearest_neighbours(const PackedRows& rows, size_t k, Pool& pool,
                              const std::atomic<bool>* cancelled) {
  const size_t n = rows.count();
  Neighbours out = room_for(n, k);
  if (out.k == 0) return out;
  const std::vector<float> chunk_error = chunk_errors(rows);
  const size_t stride = rows.blocks() * kBlock;
  Scratches<Scratch> scratches;
  pool.parallel_for(rows.blocks(), [&](size_t block) {
    std::unique_ptr<Scratch> scratch = scratches.take();
    const size_t first = block * kBlock;
    fill_panel(rows, block, stride, *scratch, cancelled);
    check_cancelled(cancelled);
    for (size_t i = first; i < std::min(n, first + kBlock); ++i) {
      nearest_of(rows, chunk_error, scratch->panel.get() + (i - first) * stride, i, out.k, *scratch);
      store(scratch->ranked, i, rows.scale(), out);
    }
    scratches.give_back(std::move(scratch));
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
