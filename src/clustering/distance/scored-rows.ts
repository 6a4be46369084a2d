import type { Vectors } from '../types.js';

/** A quarter of 2^-20: float32's rounding of |b|^2, and of the sum it goes into, with room to spare. */
const NORM_ERROR = 2 ** -22;

/** Rows made ready for float32 products, and what the products may be wrong by. */
export interface ScoredRows {
  readonly rows: number;
  /** Columns of `queries` and `table`: one more than the vectors have. */
  readonly dims: number;
  readonly queries: Float32Array;
  readonly table: Float32Array;
  /** To add to -2 queries[i].table[j]. */
  readonly offset: Float32Array;
  /** How far above the score of (i, j), at most, |b|^2 - 2ab may lie; the score itself is never above it. */
  slack(i: number, j: number): number;
}

/**
 * Centres the rows (which changes no distance and keeps what cancels small), scales them to length 1 at most (so that
 * nothing overflows or underflows), and gives each a column that turns the score offset[j] - 2 queries[i].table[j] into a
 * lower bound of |b|^2 - 2ab = (distance^2 - |a|^2), in units of the scale squared, whatever the rounding was.
 *
 * With u = 2^-24, a dot product of d terms is off by less than d 2u |a||b| (Higham, Accuracy and Stability of Numerical
 * Algorithms, 2nd ed., section 3.1: d u / (1 - d u) in any order of summation; twice that allows for engines that truncate),
 * factors cut to TF32 add 2 factorError |a||b|, and rounding the centred rows to float32 adds 2u |a||b|.
 */
export function scoredRows({ data, rows, dims }: Vectors, factorError: number): ScoredRows {
  const mean = columnMeans(data, rows, dims);
  const length = new Float64Array(rows);
  let longest = 0;
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let c = 0; c < dims; c++) sum += (data[i * dims + c] - mean[c]) ** 2;
    length[i] = Math.sqrt(sum);
    longest = Math.max(longest, length[i]);
  }
  const scale = longest > 0 ? 1 / longest : 1;
  const width = dims + 1;
  const queries = new Float32Array(rows * width);
  const table = new Float32Array(rows * width);
  const offset = new Float32Array(rows);
  const productError = 2 * ((dims + 1) * 2 ** -23 + 2 * factorError + 2 ** -22);
  for (let i = 0; i < rows; i++) {
    const at = i * width;
    for (let c = 0; c < dims; c++) queries[at + c] = (data[i * dims + c] - mean[c]) * scale;
    table.set(queries.subarray(at, at + dims), at);
    length[i] *= scale;
    // -2 |a| (productError / 2) |b|, and a little more for the rounding of this product itself
    queries[at + dims] = length[i];
    table[at + dims] = (productError / 2) * length[i] * (1 + 2 ** -8);
    offset[i] = length[i] ** 2 * (1 - NORM_ERROR);
  }
  return {
    rows,
    dims: width,
    queries,
    table,
    offset,
    slack: (i, j) => 2.02 * (productError * length[i] * length[j] + NORM_ERROR * length[j] ** 2),
  };
}

function columnMeans(data: Float32Array, rows: number, dims: number): Float64Array {
  const mean = new Float64Array(dims);
  for (let i = 0; i < rows; i++) for (let c = 0; c < dims; c++) mean[c] += data[i * dims + c];
  return mean.map((sum) => sum / Math.max(1, rows));
}
