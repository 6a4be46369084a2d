// HDBSCAN* (Campello, Moulavi, Sander 2013; Campello et al. 2015) over Euclidean distance. The steps are those of
// src/clustering/hdbscan, file by file, where they are explained; up to params.exact_rows results are the same to the bit.
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

/** What decides between equal distances: the order of the rows (as the reference does), or what is in them. */
enum class Ties { rows, content };

struct HdbscanParams {
  /** Smallest group that counts as a cluster, at least 2. */
  size_t min_cluster_size = 5;
  /** The core distance is that to the min_samples-th other row, at least 1. */
  size_t min_samples = 5;
  Selection selection = Selection::eom;
  /** Whether all rows together may be one cluster where that lives longest. Equal rows are one in any case. */
  bool allow_single_cluster = false;
  Ties ties = Ties::content;
  /** All distances are stored where, at 4 bytes each, that is at most so much (1.6 GB: 20,000 rows). Beyond: sparse_tree.h. */
  size_t stored_bytes = size_t{800} * 1000 * 1000;
  /** Up to so many rows the result is exact, the same to the bit with stored distances and without. */
  size_t exact_rows = 100000;
  /**
   * `known_k` near rows of each row, of any quality, to begin the search with where distances are not stored: row i's are
   * known[i * known_k …]. Beyond exact_rows they are all the neighbours there are, so known_k must be min_samples or more.
   * Null: they are searched for here.
   */
  const int32_t* known = nullptr;
  size_t known_k = 0;
};

/** Clusters are numbered 0 … by their first row (ties by rows) or first row in sorted order (ties by content). */
struct HdbscanResult {
  /** Cluster of each row, -1 for noise. */
  std::vector<int32_t> labels;
  /** Membership strength of each row, 0 … 1; 0 for noise. */
  std::vector<double> probabilities;
  /** GLOSH, 0 … 1. */
  std::vector<double> outlier_scores;
  /** Lambda at the end less lambda at the birth of each cluster. */
  std::vector<double> persistence;
  /** Whether neighbours and spanning tree are those that a search found, not the true ones. */
  bool approximate = false;
  /** Seconds of each step. */
  std::map<std::string, double> timings;
};

/**
 * Clusters the n rows of x (row-major, d floats each, all finite). The result does not depend on the number of threads.
 * @throws Cancelled when the flag is raised meanwhile; std::bad_alloc.
 */
HdbscanResult hdbscan(const float* x, size_t n, size_t d, const HdbscanParams& params, Pool& pool,
                      const std::atomic<bool>* cancelled = nullptr);

}  // namespace wikitag
