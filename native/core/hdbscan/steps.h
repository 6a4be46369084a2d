// The steps of HDBSCAN*, as hdbscan.cc strings them together. See src/clustering/hdbscan for what each is and why.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/distance/matrix.h"
#include "core/distance/packed_rows.h"
#include "core/distance/quantised_rows.h"
#include "core/hdbscan/hdbscan.h"
#include "core/support/pool.h"

namespace wikitag {

struct Points {
  size_t count() const { return row.size(); }
  std::vector<int32_t> row;
  std::vector<int32_t> weight;
  std::vector<int32_t> of_row;
};
Points rows_as_points(size_t n);
Points distinct_points(const float* x, size_t n, size_t d);

/** Thrown where the grid is too coarse for the rows: many more distances would be measured than it rules out. */
struct TooCoarse {};

/** Core distances, squared, from stored bounds. @throws TooCoarse, Cancelled */
std::vector<double> squared_core_distances(const Points& points, const QuantisedRows& rows, const DistanceMatrix& stored,
                                           size_t min_samples, Pool& pool, const std::atomic<bool>* cancelled);
/** The same where nothing is stored, in the scaled units of `rows`. */
std::vector<double> squared_core_distances(const Points& points, const PackedRows& rows, size_t min_samples, Pool& pool,
                                           const std::atomic<bool>* cancelled);

/** Points in the order Prim's algorithm takes them, and the distance at which each came in. */
struct PrimWalk {
  std::vector<int32_t> point;
  std::vector<double> distance;
};
/** From stored bounds. One thread: it waits for memory most of the time. @throws Cancelled */
PrimWalk spanning_tree(const QuantisedRows& rows, const DistanceMatrix& stored, const std::vector<double>& squared_core,
                       const std::atomic<bool>* cancelled);
/** The same where nothing is stored, every distance measured anew: n^2 d of memory traffic. */
PrimWalk spanning_tree(const PackedRows& rows, const std::vector<double>& squared_core, Pool& pool,
                       const std::atomic<bool>* cancelled);

std::vector<int32_t> quicksort_order(const double* values, size_t n);

struct Dendrogram {
  size_t points = 0;
  std::vector<int32_t> left, right, size;
  std::vector<double> lambda, point_lambda;
};
Dendrogram single_linkage(const Points& points, const std::vector<double>& core, const PrimWalk& walk);

struct CondensedTree {
  size_t clusters() const { return parent.size(); }
  std::vector<int32_t> parent;
  std::vector<double> birth, death, stability;
  std::vector<int32_t> point_cluster;
  std::vector<double> point_lambda;
};
CondensedTree condense(const Dendrogram& tree, size_t min_cluster_size);

std::vector<char> select_clusters(const CondensedTree& tree, Selection selection, bool allow_root);

struct Membership {
  std::vector<int32_t> cluster;
  std::vector<double> probability;
};
Membership membership(const CondensedTree& tree, const std::vector<char>& chosen);
std::vector<double> glosh(const CondensedTree& tree);

}  // namespace wikitag
