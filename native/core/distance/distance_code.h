// A distance in 16 bits.
#pragma once
#include <cstdint>
#include <cstring>
#include <limits>

namespace wikitag {

/**
 * Distances of 0 to 65536 grid steps (quantised_rows.h), rounded down: 4 bits of exponent and 12 of mantissa, cut out of a
 * float's, so the error is at most 1/4096 of the distance. All below 1 is code 0.
 */
using DistanceCode = uint16_t;

constexpr uint32_t kCodeShift = 11;
/** The bits of 1.0f. */
constexpr uint32_t kCodeBase = 127u << 23;
/** The greatest code of a distance: that, or anything beyond. */
constexpr DistanceCode kGreatestCode = 65534;
/** Greater than the code of any distance. */
constexpr DistanceCode kNoCode = 65535;

/** The code of a distance >= 0. */
inline DistanceCode distance_code(float distance) {
  uint32_t bits;
  std::memcpy(&bits, &distance, sizeof bits);
  if (bits < kCodeBase) return 0;
  const uint32_t code = (bits - kCodeBase) >> kCodeShift;
  return code < kGreatestCode ? static_cast<DistanceCode>(code) : kGreatestCode;
}

/** The least distance of a code. */
inline float least_distance(DistanceCode code) {
  if (code == 0) return 0;
  const uint32_t bits = kCodeBase + (static_cast<uint32_t>(code) << kCodeShift);
  float distance;
  std::memcpy(&distance, &bits, sizeof distance);
  return distance;
}

/** No distance of that code is greater. */
inline float greatest_distance(DistanceCode code) {
  return code < kGreatestCode ? least_distance(static_cast<DistanceCode>(code + 1)) : std::numeric_limits<float>::infinity();
}

}  // namespace wikitag
