#include "core/graph/sparse_walk.h"

#include <algorithm>
#include <limits>

namespace wikitag {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/** A row that waits: the next of its vertex's. */
struct Waiting {
  double squared;
  int32_t row, vertex;
  /** A heap has its greatest on top. */
  bool operator<(const Waiting& other) const {
    return squared > other.squared || (squared == other.squared && row > other.row);
  }
};

class Walker {
 public:
  Walker(const SparseGraph& graph, const std::vector<double>& core, const Members* members)
      : graph_(graph), core_(core), members_(members), nearest_(graph.count(), kInfinity), taken_(graph.count()) {}

  SparseWalk run(size_t first, const std::atomic<bool>* cancelled) {
    const size_t rows = members_ == nullptr ? graph_.count() : members_->row.size();
    out_.point.reserve(rows);
    out_.squared.reserve(rows);
    if (rows == 0) return std::move(out_);
    take(first, kInfinity);
    for (size_t unreached = 0; out_.point.size() < rows;) {
      if (out_.point.size() % 1024 == 0) check_cancelled(cancelled);
      if (heap_.empty()) {
        while (taken_[unreached] > 0) ++unreached;
        take(unreached, kInfinity);
        continue;
      }
      std::pop_heap(heap_.begin(), heap_.end());
      const Waiting next = heap_.back();
      heap_.pop_back();
      // Outdated where the vertex came nearer meanwhile, or its row has been taken.
      const size_t v = static_cast<size_t>(next.vertex);
      if (next.squared == nearest_[v] && taken_[v] < rows_of(v) && row(v, taken_[v]) == next.row) take(v, next.squared);
    }
    return std::move(out_);
  }

 private:
  size_t rows_of(size_t v) const { return members_ == nullptr ? 1 : members_->start[v + 1] - members_->start[v]; }
  int32_t row(size_t v, size_t at) const {
    return members_ == nullptr ? static_cast<int32_t>(v) : members_->row[members_->start[v] + at];
  }

  void wait(size_t v, double squared) {
    nearest_[v] = squared;
    heap_.push_back({squared, row(v, taken_[v]), static_cast<int32_t>(v)});
    std::push_heap(heap_.begin(), heap_.end());
  }

  /** Takes the next row of v. Its others are then as near as its core distance, and nothing is nearer to them. */
  void take(size_t v, double squared) {
    out_.point.push_back(row(v, taken_[v]));
    out_.squared.push_back(squared);
    const bool first = taken_[v]++ == 0;
    if (taken_[v] < rows_of(v)) wait(v, core_[v]);
    if (!first) return;
    for (size_t e = graph_.start[v]; e < graph_.start[v + 1]; ++e) {
      const size_t other = static_cast<size_t>(graph_.to[e]);
      if (taken_[other] > 0) continue;
      const double weight = std::max({core_[v], core_[other], graph_.squared[e]});
      if (weight < nearest_[other]) wait(other, weight);
    }
  }

  const SparseGraph& graph_;
  const std::vector<double>& core_;
  const Members* members_;
  std::vector<double> nearest_;
  std::vector<uint32_t> taken_;
  std::vector<Waiting> heap_;
  SparseWalk out_;
};

}  // namespace

SparseGraph::SparseGraph(size_t n, const EdgeList& edges) : start(n + 1), to(2 * edges.size()), squared(2 * edges.size()) {
  for (size_t e = 0; e < edges.size(); ++e) {
    ++start[static_cast<size_t>(edges.a[e]) + 1];
    ++start[static_cast<size_t>(edges.b[e]) + 1];
  }
  for (size_t v = 0; v < n; ++v) start[v + 1] += start[v];
  std::vector<size_t> next(start.begin(), start.end() - 1);
  const auto put = [&](int32_t from, int32_t other, double distance) {
    const size_t at = next[static_cast<size_t>(from)]++;
    to[at] = other;
    squared[at] = distance;
  };
  for (size_t e = 0; e < edges.size(); ++e) {
    put(edges.a[e], edges.b[e], edges.squared[e]);
    put(edges.b[e], edges.a[e], edges.squared[e]);
  }
}

SparseWalk sparse_walk(const SparseGraph& graph, const std::vector<double>& squared_core, size_t first,
                       const Members* members, const std::atomic<bool>* cancelled) {
  return Walker(graph, squared_core, members).run(first, cancelled);
}

}  // namespace wikitag
