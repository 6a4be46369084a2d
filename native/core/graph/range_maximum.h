// The greatest of any run of values, in constant time.
#pragma once
#include <algorithm>
#include <cstddef>
#include <vector>

namespace wikitag {

/** A sparse table (Bender and Farach-Colton 2000): n log2 n values. */
class RangeMaximum {
 public:
  explicit RangeMaximum(const std::vector<double>& values) : level_{values} {
    for (size_t width = 1; 2 * width <= values.size(); width *= 2) {
      const std::vector<double>& below = level_.back();
      std::vector<double> next(values.size() - 2 * width + 1);
      for (size_t at = 0; at < next.size(); ++at) next[at] = std::max(below[at], below[at + width]);
      level_.push_back(std::move(next));
    }
  }

  /** The greatest of the values first … last, both included. */
  double within(size_t first, size_t last) const {
    size_t level = 0;
    while ((size_t{2} << level) <= last - first + 1) ++level;
    return std::max(level_[level][first], level_[level][last + 1 - (size_t{1} << level)]);
  }

 private:
  std::vector<std::vector<double>> level_;
};

}  // namespace wikitag
