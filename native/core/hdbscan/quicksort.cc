#include <algorithm>
#include <numeric>
#include <utility>

#include "core/hdbscan/steps.h"

namespace wikitag {
namespace {

constexpr ptrdiff_t kSmall = 16;

class Quicksort {
 public:
  Quicksort(const double* values, std::vector<int32_t>& order) : values_(values), order_(order) {}

  void sort(ptrdiff_t low, ptrdiff_t high, int splits) {
    if (splits < 0) {
      std::stable_sort(order_.begin() + low, order_.begin() + high + 1,
                       [&](int32_t a, int32_t b) { return values_[a] < values_[b]; });
    } else if (high - low <= kSmall) {
      insertion_sort(low, high);
    } else {
      const ptrdiff_t at = partition(low, high);
      sort(low, at - 1, splits - 1);
      sort(at + 1, high, splits - 1);
    }
  }

 private:
  double value(ptrdiff_t i) const { return values_[order_[static_cast<size_t>(i)]]; }
  void swap(ptrdiff_t a, ptrdiff_t b) { std::swap(order_[static_cast<size_t>(a)], order_[static_cast<size_t>(b)]); }
  void swap_if_less(ptrdiff_t a, ptrdiff_t b) {
    if (value(a) < value(b)) swap(a, b);
  }

  ptrdiff_t partition(ptrdiff_t low, ptrdiff_t high) {
    const ptrdiff_t middle = low + (high - low) / 2;
    swap_if_less(middle, low);
    swap_if_less(high, middle);
    swap_if_less(middle, low);
    const double pivot = value(middle);
    swap(middle, high - 1);
    ptrdiff_t i = low, j = high - 1;
    for (;;) {
      while (value(++i) < pivot) continue;
      while (pivot < value(--j)) continue;
      if (i >= j) break;
      swap(i, j);
    }
    swap(i, high - 1);
    return i;
  }

  void insertion_sort(ptrdiff_t low, ptrdiff_t high) {
    for (ptrdiff_t i = low + 1; i <= high; ++i) {
      const int32_t moved = order_[static_cast<size_t>(i)];
      ptrdiff_t at = i;
      for (; at > low && values_[moved] < value(at - 1); --at)
        order_[static_cast<size_t>(at)] = order_[static_cast<size_t>(at - 1)];
      order_[static_cast<size_t>(at)] = moved;
    }
  }

  const double* values_;
  std::vector<int32_t>& order_;
};

}  // namespace

std::vector<int32_t> quicksort_order(const double* values, size_t n) {
  std::vector<int32_t> order(n);
  std::iota(order.begin(), order.end(), 0);
  int splits = 0;
  for (size_t left = n; left > 1; left /= 2) splits += 2;
  Quicksort(values, order).sort(0, static_cast<ptrdiff_t>(n) - 1, splits);
  return order;
}

}  // namespace wikitag
