// Average linkage of rows in which only neighbours are joined.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace wikitag {

/** Merges in ascending height: node left[m] and node right[m] (rows, then n + the number of the merge) at height[m]. */
struct Merges {
  std::vector<int32_t> left, right;
  std::vector<double> height;
};

/**
 * Average linkage by cosine distance of the n unit rows of x (d floats each), by the nearest-neighbour chain (Murtagh 1983)
 * over neighbours alone: time and memory grow with their number. Groups without a neighbour left stay apart.
 * src/clustering/layers/neighbour-linkage.ts is its twin, with the same bits.
 * @param index k neighbours of each row; the row itself stands for none
 * @throws Cancelled, std::bad_alloc
 */
Merges neighbour_linkage(const float* x, size_t n, size_t d, const int32_t* index, size_t k,
                         const std::atomic<bool>* cancelled = nullptr);

}  // namespace wikitag
