import { meanRow } from '../smoothing/centre.js';
import type { Vectors } from '../types.js';
import type { Plane } from './layout.js';

/** Two directions more than asked for: with them the first two settle sooner. */
const DIRECTIONS = 4;
const PASSES = 12;
/** Rows that the directions are taken from at most, evenly spread. */
const SAMPLE = 2048;

/**
 * Coordinates of the rows along their two greatest principal components. Each axis points to where its longer tail is
 * (third moment above 0), so that a picture is not mirrored by a few pages more or less. Orthogonal iteration (Golub and
 * Van Loan, section 8.2.4) started from the coordinates of greatest variance.
 */
export function principalPlane(x: Vectors): Plane {
  const mean = meanRow(x);
  const basis = startBasis(x, mean);
  orthonormalise(basis);
  for (let pass = 0; pass < PASSES; pass++) {
    const next = basis.map((column) => timesCovariance(x, mean, column));
    basis.forEach((column, c) => {
      column.set(next[c]);
    });
    orthonormalise(basis);
  }
  const plane = new Float64Array(2 * x.rows);
  basis.slice(0, 2).forEach((direction, axis) => {
    let thirdMoment = 0;
    for (let i = 0; i < x.rows; i++) {
      const along = project(x, mean, direction, i);
      plane[2 * i + axis] = along;
      thirdMoment += along * along * along;
    }
    if (thirdMoment < 0) for (let i = 0; i < x.rows; i++) plane[2 * i + axis] *= -1;
  });
  return plane;
}

function* sample(x: Vectors): Generator<number> {
  const taken = Math.min(x.rows, SAMPLE);
  for (let s = 0; s < taken; s++) yield Math.floor((s * x.rows) / taken);
}

function startBasis(x: Vectors, mean: Float64Array): Float64Array[] {
  const variance = new Float64Array(x.dims);
  for (const i of sample(x)) for (let j = 0; j < x.dims; j++) variance[j] += (x.data[i * x.dims + j] - mean[j]) ** 2;
  const greatest = Array.from(variance.keys()).sort((a, b) => variance[b] - variance[a] || a - b);
  return greatest.slice(0, DIRECTIONS).map((j) => {
    const column = new Float64Array(x.dims);
    column[j] = 1;
    return column;
  });
}

function timesCovariance(x: Vectors, mean: Float64Array, direction: Float64Array): Float64Array {
  const out = new Float64Array(x.dims);
  for (const i of sample(x)) {
    const along = project(x, mean, direction, i);
    for (let j = 0, at = i * x.dims; j < x.dims; j++, at++) out[j] += along * (x.data[at] - mean[j]);
  }
  return out;
}

function project(x: Vectors, mean: Float64Array, direction: Float64Array, i: number): number {
  let sum = 0;
  for (let j = 0, at = i * x.dims; j < x.dims; j++, at++) sum += (x.data[at] - mean[j]) * direction[j];
  return sum;
}

/** Gram-Schmidt; a column that the earlier ones explain becomes zero. */
function orthonormalise(basis: readonly Float64Array[]): void {
  basis.forEach((column, c) => {
    const before = dot(column, column);
    for (let e = 0; e < c; e++) {
      const along = dot(basis[e], column);
      for (let j = 0; j < column.length; j++) column[j] -= along * basis[e][j];
    }
    const after = dot(column, column);
    const scale = after > 1e-18 * before ? 1 / Math.sqrt(after) : 0;
    for (let j = 0; j < column.length; j++) column[j] *= scale;
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j] * b[j];
  return sum;
}
