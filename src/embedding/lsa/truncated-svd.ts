import { type SparseMatrix, type SvdOptions, type TruncatedSvd } from '../../compute/lsa.js';
import { gram, multiplyDense, orthonormalise, symmetricEigen } from './dense.js';

/** Below this share of the largest eigenvalue of A A^T a direction is rounding error. */
const RANK_TOLERANCE = 1e-10;

/**
 * The addon's truncated SVD in readable form (Halko, Martinsson and Tropp 2011, algorithms 4.4 and 5.1): what the addon is
 * tested against, and what serves where there is no compiler. Runs on the caller's thread.
 */
export function truncatedSvd(a: SparseMatrix, options: SvdOptions): TruncatedSvd {
  const at = transpose(a);
  let width = Math.min(options.rank + options.oversampling, a.rows, a.cols);
  const random = Float64Array.from({ length: a.cols * width }, (_, e) => uniform((e ^ options.seed) >>> 0));
  let q = multiplySparse(a, random, width);
  let projected: Float64Array = new Float64Array(0);
  for (let step = 0; step <= options.iterations; step++) {
    ({ basis: q, rank: width } = orthonormalise(q, a.rows, width));
    projected = multiplySparse(at, q, width);
    if (step < options.iterations) q = multiplySparse(a, projected, width);
  }

  // The eigenvectors W of Q^T A A^T Q give U = Q W, and the eigenvalues the squares of S.
  const { values, vectors } = symmetricEigen(gram(projected, a.cols, width), width);
  const positive = values.filter((value) => value > values[0] * RANK_TOLERANCE).length;
  const rank = Math.min(options.rank, positive);
  const singular = values.slice(0, rank).map(Math.sqrt);
  const weights = new Float64Array(width * rank);
  for (let k = 0; k < width; k++)
    for (let c = 0; c < rank; c++) weights[k * rank + c] = vectors[k * width + c] * singular[c];
  const scores = Float32Array.from(multiplyDense(q, a.rows, width, weights, rank));
  fixSigns(scores, a.rows, rank);
  return { rank, scores, singular };
}

/** Uniform in (-1, 1) from a counter (lowbias32), the same numbers as in the addon. */
function uniform(counter: number): number {
  let x = counter;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  x = (x ^ (x >>> 16)) >>> 0;
  return Math.fround((x >>> 8) * (2 / 16777216) - 1 + 1 / 16777216);
}

function transpose({ rows, cols, rowStart, indices, values }: SparseMatrix): SparseMatrix {
  const start = new Uint32Array(cols + 1);
  for (const column of indices) start[column + 1]++;
  for (let j = 0; j < cols; j++) start[j + 1] += start[j];
  const next = start.slice(0, cols);
  const turned = {
    rows: cols,
    cols: rows,
    rowStart: start,
    indices: new Uint32Array(indices.length),
    values: new Float32Array(values.length),
  };
  for (let i = 0; i < rows; i++) {
    for (let e = rowStart[i]; e < rowStart[i + 1]; e++) {
      const at = next[indices[e]]++;
      turned.indices[at] = i;
      turned.values[at] = values[e];
    }
  }
  return turned;
}

/** a x for row-major x (a.cols x width). */
function multiplySparse(a: SparseMatrix, x: Float64Array, width: number): Float64Array {
  const out = new Float64Array(a.rows * width);
  for (let i = 0; i < a.rows; i++) {
    for (let e = a.rowStart[i]; e < a.rowStart[i + 1]; e++) {
      const value = a.values[e];
      const other = a.indices[e] * width;
      for (let c = 0; c < width; c++) out[i * width + c] += value * x[other + c];
    }
  }
  return out;
}

/** In each column the entry of largest size becomes positive, so that the sign is no accident of rounding. */
function fixSigns(scores: Float32Array, rows: number, rank: number): void {
  for (let c = 0; c < rank; c++) {
    let largest = 0;
    for (let i = 0; i < rows; i++)
      if (Math.abs(scores[i * rank + c]) > Math.abs(largest)) largest = scores[i * rank + c];
    if (largest < 0) for (let i = 0; i < rows; i++) scores[i * rank + c] = -scores[i * rank + c];
  }
}
