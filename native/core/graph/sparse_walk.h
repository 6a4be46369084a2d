// Prim's algorithm over a graph with few edges.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/support/pool.h"

namespace wikitag {

/** Undirected edges: a[e] - b[e] at a squared distance. An edge may be there twice. */
struct EdgeList {
  std::vector<int32_t> a, b;
  std::vector<double> squared;
  size_t size() const { return a.size(); }
  void reserve(size_t edges) {
    a.reserve(edges);
    b.reserve(edges);
    squared.reserve(edges);
  }
  void add(int32_t from, int32_t to, double distance) {
    a.push_back(from);
    b.push_back(to);
    squared.push_back(distance);
  }
};

/** The edges by vertex, both ways: those of i are to[start[i]] … to[start[i+1]-1]. */
struct SparseGraph {
  SparseGraph(size_t n, const EdgeList& edges);
  size_t count() const { return start.size() - 1; }
  std::vector<size_t> start;
  std::vector<int32_t> to;
  std::vector<double> squared;
};

/** Rows that each vertex stands for, ascending: those of v are row[start[v]] …; without any, v stands for row v. */
struct Members {
  std::vector<size_t> start;
  std::vector<int32_t> row;
};

/** Rows in the order Prim's algorithm takes them, and the squared weight at which each came in. */
struct SparseWalk {
  std::vector<int32_t> point;
  /** Infinity where a component begins, so at 0 too. */
  std::vector<double> squared;
};

/**
 * Prim's algorithm over mutual reachability, max(core a, core b, distance), all squared, from a vertex; where nothing
 * more can be reached it goes on from the first vertex left. Of equally near rows the first is taken, as spanning_tree
 * does: wherever the graph holds all edges that are in some minimum spanning tree of the complete graph, the walk is the
 * one that spanning_tree gives, to the bit. (All edges that cross from what is reached to the rest with least weight are
 * in some minimum spanning tree.) The rows of one vertex are at distance 0 of each other. O(edges log edges).
 * @throws Cancelled
 */
SparseWalk sparse_walk(const SparseGraph& graph, const std::vector<double>& squared_core, size_t first,
                       const Members* members = nullptr, const std::atomic<bool>* cancelled = nullptr);

}  // namespace wikitag
