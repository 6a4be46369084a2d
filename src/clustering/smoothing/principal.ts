import type { Vectors } from '../types.js';
import { unitRows } from './canonical.js';
import { meanRow } from './centre.js';

/** Passes of subspace iteration; the leading directions settle long before, the last few matter to nobody. */
const ITERATIONS = 4;
/** Rows that the covariance is taken from at most, evenly spread over the canonical order. */
const SAMPLE = 8192;

/**
 * The rows within the subspace of their `dims` greatest principal components, at length 1 again. Which basis of the
 * subspace is of no matter to distances, so subspace iteration without a final rotation does (Halko et al. 2011,
 * algorithm 4.4), started from fixed signs instead of random vectors. Slow; native/core/smoothing/principal.cc is fast.
 */
export function principal(x: Vectors, dims: number): Vectors {
  const mean = meanRow(x);
  const covariance = covarianceOf(x, mean);
  let basis = startBasis(x.dims, dims);
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

/**
 * Signs without a pattern, the same for every input. After a few passes the last columns still lean towards where they
 * started: were that made of the rows, a few pages less would turn them all, and the clusters with them.
 */
function startBasis(dims: number, count: number): Float64Array[] {
  return Array.from({ length: count }, (_, c) =>
    Float64Array.from({ length: dims }, (_, j) => {
      let hash = Math.imul(j + 1, 0x9e3779b1) ^ Math.imul(c + 1, 0x85ebca6b);
      hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
      return (hash ^ (hash >>> 13)) & 1 ? 1 : -1;
    }),
  );
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
