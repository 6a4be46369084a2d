// Exact HDBSCAN* (Campello, Moulavi, Sander 2013; Campello et al. 2015) over Euclidean distance.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/support/pool.h"

namespace wikitag {

enum class Selection { eom, leaf };

struct HdbscanParams {
  /** Smallest group that counts as a cluster, at least 2. */
  size_t min_cluster_size = 5;
  /** Neighbours that make a core distance, the point itself counted, at least 1. */
  size_t min_samples = 5;
  Selection selection = Selection::eom;
  /** Whether the root may be a cluster, where it lives longest. */
  bool allow_single_cluster = false;
};

/**
 * Clusters are numbered 0 … by their first row in canonical order (rows sorted by content), so neither threads nor the
 * order of the rows change a number.
 */
struct HdbscanResult {
  /** Cluster of each row, -1 for noise. */
  std::vector<int32_t> labels;
  /** Membership strength of each row, 0 … 1; 0 for noise. */
  std::vector<double> probabilities;
  /** GLOSH, 0 … 1. */
  std::vector<double> outlier_scores;
  /** One a cluster: its stability as a share of the greatest it could have, 0 … 1. */
  std::vector<double> persistence;
  /** Seconds of each step. */
  std::map<std::string, double> timings;
};

/**
 * Clusters the n rows of x (row-major, d floats each, all finite).
 * @throws Cancelled when the flag is raised meanwhile; std::bad_alloc.
 */
HdbscanResult hdbscan(const float* x, size_t n, size_t d, const HdbscanParams& params, Pool& pool,
                      const std::atomic<bool>* cancelled = nullptr);

}  // namespace wikitag
