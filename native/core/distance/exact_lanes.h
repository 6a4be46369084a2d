// The exact distance, written once for all instruction sets: lanes and their order are fixed, so the bits are the same.
#pragma once
#include <cstddef>

// A fused multiply-add rounds once where JavaScript rounds twice.
#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#elif defined(__GNUC__)
#pragma GCC optimize("fp-contract=off")
#endif

namespace wikitag {
namespace {  // each instruction set compiles its own

inline double squared_distance_by_lanes(const float* a, const float* b, size_t d) {
  typedef float Floats __attribute__((vector_size(8 * sizeof(float)), aligned(sizeof(float)), may_alias));
  typedef double Doubles __attribute__((vector_size(8 * sizeof(double))));
  Doubles lane = {};
  size_t i = 0;
  for (; i + 8 <= d; i += 8) {
    const Doubles t = __builtin_convertvector(*reinterpret_cast<const Floats*>(a + i), Doubles) -
                      __builtin_convertvector(*reinterpret_cast<const Floats*>(b + i), Doubles);
    lane += t * t;
  }
  for (size_t l = 0; i < d; ++i, ++l) {
    const double t = static_cast<double>(a[i]) - static_cast<double>(b[i]);
    lane[l] += t * t;
  }
  return ((lane[0] + lane[1]) + (lane[2] + lane[3])) + ((lane[4] + lane[5]) + (lane[6] + lane[7]));
}

}  // namespace
}  // namespace wikitag
