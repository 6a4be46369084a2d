import type { Neighbours } from '../distance/backend.js';

/** A sparse symmetric matrix by rows: columns ascending within a row. */
export interface SparseGraph {
  readonly start: Int32Array;
  readonly column: Int32Array;
  readonly weight: Float64Array;
}

const BISECTIONS = 64;
const TOLERANCE = 1e-6;

/**
 * UMAP's fuzzy neighbourhood weights (McInnes et al. 2018, section 3.1) over cosine distances: exp(-(d - nearest) / sigma)
 * with sigma such that a row's weights sum to log2(k + 1), made symmetric by a + b - ab.
 * @param neighbours of unit rows; cosine distance is half the squared Euclidean one
 */
export function fuzzyGraph({ k, index, distance }: Neighbours): SparseGraph {
  const rows = k > 0 ? index.length / k : 0;
  const cosine = distance.map((d) => (d * d) / 2);
  const mean = cosine.reduce((sum, d) => sum + d, 0) / Math.max(cosine.length, 1);
  const directed = new Float64Array(cosine.length);
  for (let i = 0; i < rows; i++) {
    const gap = Array.from({ length: k }, (_, r) => Math.max(cosine[i * k + r] - cosine[i * k], 0));
    const sigma = Math.max(bandwidth(gap), 1e-3 * mean);
    for (let r = 0; r < k; r++) directed[i * k + r] = sigma > 0 ? Math.exp(-gap[r] / sigma) : 1;
  }
  return symmetric(rows, k, index, directed);
}

function bandwidth(gap: readonly number[]): number {
  const wanted = Math.log2(gap.length + 1);
  let low = 0;
  let high = Infinity;
  let sigma = 1;
  for (let pass = 0; pass < BISECTIONS; pass++) {
    const sum = gap.reduce((total, g) => total + Math.exp(-g / sigma), 0);
    if (Math.abs(sum - wanted) < TOLERANCE) break;
    if (sum > wanted) high = sigma;
    else low = sigma;
    sigma = high === Infinity ? sigma * 2 : (low + high) / 2;
  }
  return sigma;
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
