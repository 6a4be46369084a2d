#include "core/distance/quantised_rows.h"

#include <algorithm>
#include <cmath>

#include "core/distance/exact.h"

namespace wikitag {
namespace {

/** Rows whose mean the others are shifted by. Any shift will do; the nearer to the mean, the finer the grid. */
constexpr size_t kSample = 256;
/** A row this many times as long as the median is shortened. */
constexpr double kLong = 4;
/** More than the relative error of a few operations in float32. */
constexpr double kRounding = 1e-6;
/** Pairs of columns that are summed up before they are added to the result: bounds the cache used. */
constexpr size_t kPairs = 256;

}  // namespace

QuantisedRows::QuantisedRows(const float* x, const int32_t* row, size_t n, size_t d, Pool& pool)
    : x_(x),
      row_(row),
      n_(n),
      d_(d),
      pairs_((d + 1) / 2),
      kernel_(best_kernel()),
      shift_(d),
      length_(n),
      norm_(blocks() * kBlock),
      error_(blocks() * kBlock),
      left_(make_buffer<uint32_t>(blocks() * kBlock * pairs_)),
      right_(make_buffer<uint32_t>(blocks() * kBlock * pairs_)) {
  choose_step(pool);
  pool.parallel_for(blocks(), [&](size_t block) { quantise_block(block); });
}

void QuantisedRows::choose_step(Pool& pool) {
  if (n_ == 0) return;
  const size_t stride = (n_ + kSample - 1) / kSample, sampled = (n_ + stride - 1) / stride;
  for (size_t i = 0; i < n_; i += stride)
    for (size_t c = 0; c < d_; ++c) shift_[c] += static_cast<double>(at(i)[c]) / static_cast<double>(sampled);
  pool.parallel_for(blocks(), [&](size_t block) {
    for (size_t i = block * kBlock; i < std::min(n_, (block + 1) * kBlock); ++i) {
      const float* from = at(i);
      double lane[8] = {};
      size_t c = 0;
      for (; c + 8 <= d_; c += 8)
        for (size_t l = 0; l < 8; ++l) {
          const double value = from[c + l] - shift_[c + l];
          lane[l] += value * value;
        }
      for (; c < d_; ++c) lane[0] += (from[c] - shift_[c]) * (from[c] - shift_[c]);
      double sum = 0;
      for (const double value : lane) sum += value;
      length_[i] = std::sqrt(sum);
    }
  });
  std::vector<double> sorted = length_;
  std::nth_element(sorted.begin(), sorted.begin() + static_cast<ptrdiff_t>(n_ / 2), sorted.end());
  const double median = sorted[n_ / 2];
  longest_ = *std::max_element(sorted.begin(), sorted.end());
  if (median > 0) longest_ = std::min(longest_, kLong * median);
  // Rounding lengthens a row by half the diagonal of a cell at most.
  const double most = 32766 - std::sqrt(static_cast<double>(d_)) / 2;
  if (longest_ > 0) step_ = longest_ / most;
}

/** Row i in steps, its squared length, and how far it was moved. */
void QuantisedRows::quantise(size_t i, int16_t* out) {
  const float* from = at(i);
  const double shorter = length_[i] > longest_ ? longest_ / length_[i] : 1;
  const double scale = 1 / step_, shortened = shorter / step_;
  constexpr double round = 6755399441055744;  // 1.5 * 2^52: adding it leaves the nearest whole number in the low bits
  double moved[4] = {};
  uint32_t norm = 0;
  for (size_t c = 0; c < d_; ++c) {
    const double centred = from[c] - shift_[c];
    const double whole = (centred * shortened + round) - round;
    const double off = centred * scale - whole;
    moved[c % 4] += off * off;
    out[c] = static_cast<int16_t>(static_cast<int32_t>(whole));
    norm += static_cast<uint32_t>(static_cast<int32_t>(whole) * static_cast<int32_t>(whole));
  }
  norm_[i] = norm;
  const double error = std::sqrt((moved[0] + moved[1]) + (moved[2] + moved[3]));
  // On the grid distances are up to 65536, of which float32 has 2^-24 for each of a few roundings.
  error_[i] = static_cast<float>(error * (1 + kRounding) + 65536 * kRounding / 4);
}

void QuantisedRows::quantise_block(size_t block) {
  const size_t first = block * kBlock, end = std::min(n_, first + kBlock);
  std::vector<int16_t> rows(kBlock * 2 * pairs_);
  for (size_t i = first; i < end; ++i) quantise(i, rows.data() + (i - first) * 2 * pairs_);
  pack(rows.data(), block, kernel_.mr, left_.get());
  pack(rows.data(), block, kernel_.nr, right_.get());
}

/** Layout: for each kPairs pairs of columns, strips of `strip_rows` rows, each pair after pair. Rows past the end are 0. */
void QuantisedRows::pack(const int16_t* rows, size_t block, size_t strip_rows, uint32_t* out) const {
  out += block * kBlock * pairs_;
  for (size_t first = 0; first < pairs_; first += kPairs) {
    const size_t pairs = std::min(kPairs, pairs_ - first);
    for (size_t strip = 0; strip < kBlock; strip += strip_rows, out += pairs * strip_rows)
      for (size_t r = 0; r < strip_rows; ++r) {
        const int16_t* from = rows + ((strip + r) * pairs_ + first) * 2;
        for (size_t p = 0; p < pairs; ++p) std::memcpy(out + p * strip_rows + r, from + 2 * p, sizeof(uint32_t));
      }
  }
}

double QuantisedRows::exact(size_t i, size_t j) const { return exact_squared_distance(at(i), at(j), d_); }

void QuantisedRows::block_codes(size_t block_i, size_t block_j, uint32_t* products, DistanceCode* out) const {
  const uint32_t* left = left_.get() + block_i * kBlock * pairs_;
  const uint32_t* right = right_.get() + block_j * kBlock * pairs_;
  for (size_t first = 0; first < pairs_; first += kPairs)
    kernel_.grid_product(left + first * kBlock, right + first * kBlock, std::min(kPairs, pairs_ - first), first > 0, products);
  kernel_.to_codes(side(block_i), side(block_j), products, out);
}

double QuantisedRows::at_least(DistanceCode code) const {
  const double distance = least_distance(code) * step_;
  return distance * distance * (1 - 4 * kRounding);
}

double QuantisedRows::at_most(DistanceCode code, size_t i, size_t j) const {
  const double distance = (greatest_distance(code) + 2 * (static_cast<double>(error_[i]) + error_[j])) * step_;
  return distance * distance * (1 + 4 * kRounding);
}

DistanceCode QuantisedRows::code_of(double squared) const {
  return distance_code(static_cast<float>(std::min(std::sqrt(squared) / step_ * (1 + 4 * kRounding), 65536.0)));
}

}  // namespace wikitag
