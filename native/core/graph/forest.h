// Random partitions of rows into small leaves of near rows.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/distance/measured_rows.h"
#include "core/support/pool.h"

namespace wikitag {

/** Leaf l holds the rows order[start[l]] … order[start[l+1]-1]; all but perhaps the last fill whole blocks. */
struct Partition {
  std::vector<int32_t> order;
  std::vector<size_t> start;
};

/**
 * A random projection tree (Dasgupta and Freund 2008; the splits of Dong et al.'s successors): each node is halved at
 * the median along the difference of two of its rows, down to leaves of at most `leaf_blocks` (at least 2) blocks of
 * kBlock rows. All leaves have at least half of that where there are so many rows. Which rows span a direction follows
 * from `seed` and the node's place, so the result does not depend on the number of threads. Rows must be distinct.
 * @throws Cancelled
 */
Partition random_partition(const MeasuredRows& rows, uint64_t seed, size_t leaf_blocks, Pool& pool,
                           const std::atomic<bool>* cancelled);

}  // namespace wikitag
