// What all that follows takes for granted of its input.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace wikitag {

/** Where the first NaN or infinity is among `count` numbers; -1 without any. */
inline int64_t first_not_finite(const float* x, size_t count) {
  constexpr size_t kRun = 4096;
  for (size_t first = 0; first < count; first += kRun) {
    const size_t end = std::min(count, first + kRun);
    float zero = 0;  // stays 0 until 0 times something is NaN
    float lane[8] = {};
    size_t i = first;
    for (; i + 8 <= end; i += 8)
      for (size_t l = 0; l < 8; ++l) lane[l] += x[i + l] * 0.0f;
    for (; i < end; ++i) zero += x[i] * 0.0f;
    for (const float value : lane) zero += value;
    if (zero == 0) continue;
    for (i = first; i < end; ++i)
      if (!std::isfinite(x[i])) return static_cast<int64_t>(i);
  }
  return -1;
}

}  // namespace wikitag
