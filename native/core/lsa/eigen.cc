// Symmetric eigenproblem of a small matrix: Householder to tridiagonal form, then QL with implicit shifts.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/lsa/dense.h"

namespace wikitag::lsa {

namespace {

/**
 * Q^T A Q = T by Householder reflections. On return `diagonal` and `off` (off[i] couples i and i + 1) hold T, and the
 * rows of `a` the columns of Q, so that the rotations that follow run along memory.
 */
void tridiagonalise(std::vector<double>& a, size_t n, std::vector<double>& diagonal, std::vector<double>& off) {
  std::vector<double> q(n * n, 0.0), v(n), p(n);
  for (size_t i = 0; i < n; ++i) q[i * n + i] = 1.0;
  for (size_t k = 0; k + 2 < n; ++k) {
    double norm2 = 0;
    for (size_t i = k + 1; i < n; ++i) norm2 += a[k * n + i] * a[k * n + i];
    const double head = a[k * n + k + 1];
    const double alpha = head > 0 ? -std::sqrt(norm2) : std::sqrt(norm2);
    const double length2 = 2 * (norm2 - alpha * head);  // |v|^2 for v = x - alpha e1
    if (!(length2 > 0) || norm2 == head * head) continue;
    for (size_t i = k + 1; i < n; ++i) v[i] = a[k * n + i];
    v[k + 1] -= alpha;
    const double beta = 2 / length2;
    // A <- A - v w^T - w v^T with p = beta A v, w = p - (beta / 2)(p.v) v
    double pv = 0;
    for (size_t i = k + 1; i < n; ++i) {
      double sum = 0;
      for (size_t j = k + 1; j < n; ++j) sum += a[i * n + j] * v[j];
      p[i] = beta * sum;
      pv += p[i] * v[i];
    }
    for (size_t i = k + 1; i < n; ++i) p[i] -= beta / 2 * pv * v[i];
    for (size_t i = k + 1; i < n; ++i)
      for (size_t j = k + 1; j < n; ++j) a[i * n + j] -= v[i] * p[j] + p[i] * v[j];
    a[k * n + k + 1] = alpha;
    for (size_t i = k + 2; i < n; ++i) a[k * n + i] = 0;
    // Rows of q are columns of Q: Q <- Q (I - beta v v^T)
    std::fill(p.begin(), p.end(), 0.0);
    for (size_t i = k + 1; i < n; ++i)
      for (size_t j = 0; j < n; ++j) p[j] += v[i] * q[i * n + j];
    for (size_t i = k + 1; i < n; ++i)
      for (size_t j = 0; j < n; ++j) q[i * n + j] -= beta * v[i] * p[j];
  }
  diagonal.resize(n);
  off.assign(n, 0.0);
  for (size_t i = 0; i < n; ++i) diagonal[i] = a[i * n + i];
  for (size_t i = 0; i + 1 < n; ++i) off[i] = a[i * n + i + 1];
  a = std::move(q);
}

/** Turns the tridiagonal matrix diagonal; rotates the rows of `vectors` along. */
void implicit_ql(std::vector<double>& d, std::vector<double>& e, std::vector<double>& vectors, size_t n) {
  for (size_t l = 0; l < n; ++l) {
    for (;;) {
      size_t m = l;
      while (m + 1 < n && std::fabs(e[m]) > std::numeric_limits<double>::epsilon() * (std::fabs(d[m]) + std::fabs(d[m + 1]))) ++m;
      if (m == l) break;
      double g = (d[l + 1] - d[l]) / (2 * e[l]);
      double r = std::hypot(g, 1.0);
      g = d[m] - d[l] + e[l] / (g + std::copysign(r, g));
      double s = 1, c = 1, shift = 0;
      size_t i = m;
      while (i-- > l) {
        const double f = s * e[i], b = c * e[i];
        r = std::hypot(f, g);
        e[i + 1] = r;
        if (r == 0) {
          d[i + 1] -= shift;
          e[m] = 0;
          break;
        }
        s = f / r;
        c = g / r;
        g = d[i + 1] - shift;
        r = (d[i] - g) * s + 2 * c * b;
        shift = s * r;
        d[i + 1] = g + shift;
        g = c * r - b;
        double* low = &vectors[i * n];
        double* high = low + n;
        for (size_t k = 0; k < n; ++k) {
          const double old = high[k];
          high[k] = s * low[k] + c * old;
          low[k] = c * low[k] - s * old;
        }
      }
      if (r == 0 && i != static_cast<size_t>(-1) && i >= l) continue;
      d[l] -= shift;
      e[l] = g;
      e[m] = 0;
    }
  }
}

}  // namespace

std::vector<double> symmetric_eigen(std::vector<double>& a, size_t n) {
  std::vector<double> diagonal, off;
  tridiagonalise(a, n, diagonal, off);
  implicit_ql(diagonal, off, a, n);
  std::vector<size_t> order(n);
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t i, size_t j) { return diagonal[i] < diagonal[j]; });
  std::vector<double> values(n), columns(n * n);
  for (size_t c = 0; c < n; ++c) {
    values[c] = diagonal[order[c]];
    for (size_t k = 0; k < n; ++k) columns[k * n + c] = a[order[c] * n + k];
  }
  a = std::move(columns);
  return values;
}

}  // namespace wikitag::lsa
