#include "core/layout/layout.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

// Fused multiply-adds would round otherwise than the twin in TypeScript does.
#if defined(__clang__)
#pragma clang fp contract(off)
#elif defined(__GNUC__)
#pragma GCC optimize("fp-contract=off")
#endif

namespace wikitag {
namespace {

constexpr size_t kDiffusions = 10;
constexpr double kSpread = 5;
constexpr size_t kPushes = 64;
constexpr double kMomentum = 0.5;
constexpr double kLongest = 4;
constexpr double kWeightSteps = 4096;
constexpr size_t kBlock = 256;

size_t epochs_for(size_t points) {
  const size_t wanted = (1200000 + std::max<size_t>(points, 1) - 1) / std::max<size_t>(points, 1);
  return std::max<size_t>(100, std::min<size_t>(300, wanted));
}

uint32_t mixed(uint32_t h) {
  h = (h ^ (h >> 16)) * 0x21f0aaadu;
  h = (h ^ (h >> 15)) * 0xd35a2d97u;
  return h ^ (h >> 15);
}

std::vector<size_t> offsets_of(size_t epoch, size_t points) {
  const uint32_t seed = mixed(static_cast<uint32_t>(epoch + 1) * 0x9e3779b9u);
  std::vector<size_t> offsets(points > 1 ? kPushes : 0);
  for (size_t s = 0; s < offsets.size(); ++s) {
    const uint64_t hash = mixed(seed ^ (static_cast<uint32_t>(s + 1) * 0x85ebca6bu));
    offsets[s] = 1 + static_cast<size_t>((hash * (points - 1)) >> 32);
  }
  return offsets;
}

/** One axis of all points, twice over: point i + offset needs no counting round, and loops over i are vector loops. */
using Axis = std::vector<double>;

struct Layout {
  Layout(const FuzzyGraph& fuzzy, const double* initial, Pool& threads, const std::atomic<bool>* flag)
      : points(fuzzy.start.size() - 1), graph(fuzzy), pool(threads), cancelled(flag) {
    weight.resize(graph.weight.size());
    degree.assign(points, 0);
    for (size_t e = 0; e < weight.size(); ++e) {
      weight[e] = std::floor(graph.weight[e] * kWeightSteps + 0.5) / kWeightSteps;
    }
    for (size_t i = 0; i < points; ++i) {
      for (size_t e = graph.start[i]; e < graph.start[i + 1]; ++e) degree[i] += weight[e];
    }
    for (int a = 0; a < 2; ++a) {
      at[a].resize(2 * points);
      next[a].resize(2 * points);
      velocity[a].assign(points, 0);
      for (size_t i = 0; i < points; ++i) at[a][i] = initial[2 * i + a];
    }
  }

  /** Calls fn(from, to) for blocks of points. */
  template <class Fn>
  void for_blocks(const Fn& fn) {
    pool.parallel_for((points + kBlock - 1) / kBlock, [&](size_t block) {
      check_cancelled(cancelled);
      fn(block * kBlock, std::min(points, (block + 1) * kBlock));
    });
  }

  void diffuse() {
    for (size_t pass = 0; pass < std::min(kDiffusions, points / 4); ++pass) {
      for_blocks([&](size_t from, size_t to) {
        for (int a = 0; a < 2; ++a) {
          for (size_t i = from; i < to; ++i) {
            double sum = 0;
            for (size_t e = graph.start[i]; e < graph.start[i + 1]; ++e) sum += weight[e] * at[a][graph.column[e]];
            next[a][i] = degree[i] == 0 ? at[a][i] : 0.5 * at[a][i] + (0.5 * sum) / degree[i];
          }
        }
      });
      std::swap(at, next);
    }
  }

  void spread_out() {
    for (int a = 0; a < 2; ++a) {
      double mean = 0, variance = 0;
      for (size_t i = 0; i < points; ++i) mean += at[a][i];
      mean /= static_cast<double>(points);
      for (size_t i = 0; i < points; ++i) variance += (at[a][i] - mean) * (at[a][i] - mean);
      variance /= static_cast<double>(points);
      const double scale = variance > 1e-24 ? kSpread / std::sqrt(variance) : 0;
      for (size_t i = 0; i < points; ++i) at[a][i] = (at[a][i] - mean) * scale;
    }
  }

  void epoch(size_t number, double rate, double push) {
    for (int a = 0; a < 2; ++a) std::copy_n(at[a].begin(), points, at[a].begin() + static_cast<std::ptrdiff_t>(points));
    const std::vector<size_t> offsets = offsets_of(number, points);
    for_blocks([&](size_t from, size_t to) {
      double push_x[kBlock] = {}, push_y[kBlock] = {};
      for (const size_t offset : offsets) {
        const double *x = &at[0][from], *y = &at[1][from], *other_x = x + offset, *other_y = y + offset;
        for (size_t i = 0; i < to - from; ++i) {
          const double dx = x[i] - other_x[i], dy = y[i] - other_y[i];
          const double near = 1 + (dx * dx + dy * dy);
          const double force = 2 / (near * near);
          push_x[i] += force * dx;
          push_y[i] += force * dy;
        }
      }
      for (size_t i = from; i < to; ++i) {
        const double share = offsets.empty() ? 0 : push * degree[i] / static_cast<double>(offsets.size());
        move(i, rate, share * push_x[i - from], share * push_y[i - from]);
      }
    });
    std::swap(at, next);
  }

  void move(size_t i, double rate, double push_x, double push_y) {
    const double x = at[0][i], y = at[1][i];
    double pull = 0, pull_x = 0, pull_y = 0;
    for (size_t e = graph.start[i]; e < graph.start[i + 1]; ++e) {
      const size_t j = static_cast<size_t>(graph.column[e]);
      const double dx = at[0][j] - x, dy = at[1][j] - y;
      const double force = (2 * weight[e]) / (1 + (dx * dx + dy * dy));
      pull += force;
      pull_x += force * dx;
      pull_y += force * dy;
    }
    const double step = rate / (1 + 2 * rate * pull);
    const double step_x = step * (pull_x + push_x), step_y = step * (pull_y + push_y);
    const double length = std::sqrt(step_x * step_x + step_y * step_y);
    const double kept = length > kLongest ? kLongest / length : 1;
    velocity[0][i] = kept * step_x + kMomentum * velocity[0][i];
    velocity[1][i] = kept * step_y + kMomentum * velocity[1][i];
    next[0][i] = x + velocity[0][i];
    next[1][i] = y + velocity[1][i];
  }

  const size_t points;
  const FuzzyGraph& graph;
  Pool& pool;
  const std::atomic<bool>* cancelled;
  std::vector<double> weight, degree;
  Axis at[2], next[2], velocity[2];
};

}  // namespace

std::vector<double> layout(const FuzzyGraph& graph, const double* initial, Pool& pool,
                           const std::atomic<bool>* cancelled) {
  Layout state(graph, initial, pool, cancelled);
  const size_t points = state.points, epochs = epochs_for(points);
  if (points == 0) return {};
  state.diffuse();
  state.spread_out();
  const double push = std::max(5.0, std::sqrt(static_cast<double>(points) / 5));
  for (size_t epoch = 0; epoch < epochs; ++epoch) {
    const double left = 1 - static_cast<double>(epoch) / static_cast<double>(epochs);
    state.epoch(epoch, left * left, push);
  }
  std::vector<double> out(2 * points);
  for (size_t i = 0; i < points; ++i) {
    out[2 * i] = state.at[0][i];
    out[2 * i + 1] = state.at[1][i];
  }
  return out;
}

}  // namespace wikitag
