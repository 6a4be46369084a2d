import type { Neighbours } from '../distance/backend.js';

/** A sparse symmetric matrix by rows: columns ascending within a row. */
export interface SparseGraph {
  readonly start: Int32Array;
  readonly column: Int32Array;
  readonly weight: Float64Array;
}

const PASSES = 64;
const TOLERANCE = 1e-6;
/** Weights fall to 1/e within a thousandth of the mean distance at the steepest. */
const STEEPEST = 1000;

/**
 * UMAP's fuzzy neighbourhood weights (McInnes et al. 2018, section 3.1) over cosine distances: exp(-(d - nearest) / sigma)
 * with sigma such that a row's weights sum to log2(k + 1), made symmetric by a + b - ab. native/core/smoothing/fuzzy_graph.cc
 *X
 * @param neighbours of unit rows; cosine distance is half the squared Euclidean one
 */
export function fuzzyGraph({ k, index, distance }: Neighbours): SparseGraph {
  const rows = k > 0 ? index.length / k : 0;
  const cosine = distance.map((d) => (d * d) / 2);
  const mean = cosine.reduce((sum, d) => sum + d, 0) / Math.max(cosine.length, 1);
  const steepest = mean > 0 ? Math.min(STEEPEST / mean, 1e300) : 0;
  const directed = new Float64Array(cosine.length);
  for (let i = 0; i < rows; i++) {
    const gap = Array.from({ length: k }, (_, r) => Math.max(cosine[i * k + r] - cosine[i * k], 0));
    const beta = steepness(gap, steepest);
    for (let r = 0; r < k; r++) directed[i * k + r] = expNegative(gap[r] * beta);
  }
  return symmetric(rows, k, index, directed);
}

/** 1 / sigma, by Newton's method from 0 on the logarithm of the sum, which is convex: it nears the root from below. */
function steepness(gap: readonly number[], steepest: number): number {
  const wanted = Math.log2(gap.length + 1);
  let beta = 0;
  for (let pass = 0; pass < PASSES; pass++) {
    let sum = 0;
    let slope = 0;
    for (const g of gap) {
      const weight = expNegative(g * beta);
      sum += weight;
      slope += g * weight;
    }
    if (!(sum - wanted > TOLERANCE && beta < steepest && slope > 0)) break;
    // 2 (s - w) / (s + w) is not above ln(s / w) and as good next to the root.
    beta = Math.min(beta + (2 * sum * (sum - wanted)) / (slope * (sum + wanted)), steepest);
  }
  return beta;
}

/** 2^-n for n = 0 … 1022. */
const HALVED = Float64Array.from({ length: 1023 }, (_, n) => 2 ** -n);
const SHIFT = 1.5 * 2 ** 52;
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const TAYLOR = [39916800, 3628800, 362880, 40320, 5040, 720, 120, 24, 6, 2, 1, 1].map((factorial) => 1 / factorial);

/**
 * e^-x for x >= 0; beyond 700 as for 700. Libraries disagree on the last bit of exp(), this is the same everywhere: Taylor's
 * series of e^y, |y| <= ln 2 / 2, to y^11, an error of 1e-14 at most.
 */
export function expNegative(given: number): number {
  const x = Math.min(given, 700);
  const whole = x * Math.LOG2E + SHIFT - SHIFT; // the nearest whole number
  const y = whole * LN2_HIGH - x + whole * LN2_LOW;
  let series = TAYLOR[0];
  for (let term = 1; term < TAYLOR.length; term++) series = series * y + TAYLOR[term];
  return series * HALVED[whole];
}

function symmetric(rows: number, k: number, index: Int32Array, directed: Float64Array): SparseGraph {
  const edges: Map<number, number>[] = Array.from({ length: rows }, () => new Map());
  for (let i = 0; i < rows; i++) {
    for (let r = i * k; r < (i + 1) * k; r++) {
      const j = index[r];
      const a = directed[r];
      const b = edges[i].get(j); // set already where j also has i as a neighbour and came first
      const weight = b === undefined ? a : a + b - a * b;
      edges[i].set(j, weight);
      edges[j].set(i, weight);
    }
  }
  const start = new Int32Array(rows + 1);
  for (let i = 0; i < rows; i++) start[i + 1] = start[i] + edges[i].size;
  const column = new Int32Array(start[rows]);
  const weight = new Float64Array(start[rows]);
  edges.forEach((row, i) => {
    [...row]
      .sort((a, b) => a[0] - b[0])
      .forEach(([j, w], at) => {
        column[start[i] + at] = j;
        weight[start[i] + at] = w;
      });
  });
  return { start, column, weight };
}
