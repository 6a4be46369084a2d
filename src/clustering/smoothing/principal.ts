import type { Vectors } from '../types.js';
import { unitRows } from './canonical.js';
import { meanRow } from './centre.js';

/** Passes of subspace iteration; the leading directions settle long before, the last few matter to nobody. */
const ITERATIONS = 8;
/** Rows that the covariance is taken from at most, evenly spread over the canonical order. */
const SAMPLE = 4096;

/**
 * The rows within the subspace of their `dims` greatest principal components, at length 1 again. Which basis of the
 * subspace is of no matter to distances, so subspace iteration without a final rotation does (Halko et al. 2011,
 * algorithm 4.4), started from sums of rows instead of random vectors. Slow; native/core/smoothing/principal.cc is fast.
 */
export function principal(x: Vectors, dims: number): Vectors {
  const mean = meanRow(x);
  const covariance = covarianceOf(x, mean);
  let basis = startBasis(x, mean, dims);
  for (let pass = 0; pass < ITERATIONS; pass++) {
    if (pass % 2 === 0) orthonormalise(basis); // the native twin explains
    basis = basis.map((column) => multiply(covariance, column, x.dims));
  }
  for (let time = 0; time < 2; time++) orthonormalise(basis);
  const data = new Float32Array(x.rows * dims);
  for (let i = 0; i < x.rows; i++) {
    for (let c = 0; c < dims; c++) {
      let sum = 0;
      for (let j = 0; j < x.dims; j++) sum += (x.data[i * x.dims + j] - mean[j]) * basis[c][j];
      data[i * dims + c] = sum;
    }
  }
  return unitRows({ data, rows: x.rows, dims });
}

function covarianceOf({ data, rows, dims }: Vectors, mean: Float64Array): Float64Array {
  const covariance = new Float64Array(dims * dims);
  const taken = Math.min(rows, SAMPLE);
  const row = new Float64Array(dims);
  for (let s = 0; s < taken; s++) {
    const from = Math.floor((s * rows) / taken) * dims;
    for (let j = 0; j < dims; j++) row[j] = data[from + j] - mean[j];
    for (let a = 0; a < dims; a++) for (let b = 0; b < dims; b++) covariance[a * dims + b] += row[a] * row[b];
  }
  return covariance;
}

/** Column c is the sum of every `count`-th row from row c on: no row is left out, and nothing is drawn by lot. */
function startBasis({ data, rows, dims }: Vectors, mean: Float64Array, count: number): Float64Array[] {
  const basis = Array.from({ length: count }, () => new Float64Array(dims));
  for (let i = 0; i < rows; i++) {
    const column = basis[i % count];
    for (let j = 0; j < dims; j++) column[j] += data[i * dims + j] - mean[j];
  }
  return basis;
}

/** Modified Gram-Schmidt; a column that the earlier ones explain becomes zero. */
function orthonormalise(basis: Float64Array[]): void {
  basis.forEach((column, c) => {
    const before = Math.sqrt(dot(column, column));
    for (let e = 0; e < c; e++) {
      const along = dot(basis[e], column);
      for (let j = 0; j < column.length; j++) column[j] -= along * basis[e][j];
    }
    const norm = Math.sqrt(dot(column, column));
    const scale = norm > 1e-9 * before ? 1 / norm : 0;
    for (let j = 0; j < column.length; j++) column[j] *= scale;
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j] * b[j];
  return sum;
}

function multiply(matrix: Float64Array, vector: Float64Array, dims: number): Float64Array {
  const out = new Float64Array(dims);
  for (let a = 0; a < dims; a++) {
    let sum = 0;
    for (let b = 0; b < dims; b++) sum += matrix[a * dims + b] * vector[b];
    out[a] = sum;
  }
  return out;
}
