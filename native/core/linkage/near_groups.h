// Groups of rows, which of them are neighbours, and how far apart those are.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace wikitag {

/** Each group is known by its lowest row; at first every row is one. */
class NearGroups {
 public:
  NearGroups(const float* x, size_t n, size_t d, const int32_t* index, size_t k);

  bool alone(int32_t group) const { return edges_of_[group].empty(); }
  /** Mean cosine distance of two neighbours. */
  double distance(int32_t a, int32_t b) const;
  /** The nearest neighbour of a group, the lowest where several are; `before` (-1 for none) where it is as near. */
  int32_t nearest(int32_t group, int32_t before);
  /** Group b becomes part of its neighbour a; the neighbours of both are those of a. */
  void join(int32_t a, int32_t b);

 private:
  /** Shared by the lists of both its groups: what happens to it the other need not be told. */
  struct Edge {
    int32_t a, b;  // -1, -1 once the two are joined or another edge joins the same groups
    double distance;
    int32_t other(int32_t group) const { return a == group ? b : a; }
  };

  double measured(int32_t a, int32_t b) const;

  size_t d_;
  std::vector<double> sum_;
  std::vector<int32_t> size_;
  std::vector<Edge> edges_;
  std::vector<std::vector<int32_t>> edges_of_;
  std::vector<int32_t> edge_to_;  // of the group at work, -1 where there is none
};

}  // namespace wikitag
