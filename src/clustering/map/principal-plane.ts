import { meanRow } from '../smoothing/centre.js';
import type { Vectors } from '../types.js';
import { mixed, type Plane } from './layout.js';

const PASSES = 4;
/** Rows that the directions are taken from at most, evenly spread. */
const SAMPLE = 1024;

/**
 * Coordinates of the rows along two directions of great variance, at right angles: what the layout starts from. Orthogonal
 * iteration (Golub and Van Loan, section 8.2.4) that stops long before it has settled on the two greatest principal
 * components, from a start that is always the same. Components of nearly equal variance swap places and turn round when a
 * few pages come or go; a few multiplications of a fixed start by the covariance hardly change, so the picture does not turn.
 * @param rows as the embedder gave them, centred: their columns mean the same from run to run
 * @param reduced the same rows in fewer columns of any meaning, or the rows themselves; cheaper to go through
 */
export function principalPlane(rows: Vectors, reduced: Vectors): Plane {
  const centred = { ...rows, mean: meanRow(rows) };
  const basis = [0, 1].map((axis) => fixedStart(rows.dims, axis));
  for (let pass = 0; pass < PASSES; pass++) {
    orthonormalise(basis);
    basis.forEach((direction, axis) => {
      basis[axis] = timesCovariance(centred, direction, centred);
    });
  }
  orthonormalise(basis);
  const target = { ...reduced, mean: meanRow(reduced) };
  const within = basis.map((direction) => timesCovariance(centred, direction, target));
  orthonormalise(within);
  const plane = new Float64Array(2 * rows.rows);
  within.forEach((direction, axis) => {
    for (let i = 0; i < rows.rows; i++) plane[2 * i + axis] = project(target, direction, i);
  });
  return plane;
}

interface Centred extends Vectors {
  readonly mean: Float64Array;
}

/** Plus or minus 1 for each column, by a hash. */
function fixedStart(dims: number, axis: number): Float64Array {
  return Float64Array.from({ length: dims }, (_, j) => (mixed(2 * j + axis + 1) & 1) * 2 - 1);
}

/** The sum over a sample of the rows of `to`, each times how far its row of `from` lies along the direction. */
function timesCovariance(from: Centred, direction: Float64Array, to: Centred): Float64Array {
  const out = new Float64Array(to.dims);
  const taken = Math.min(from.rows, SAMPLE);
  for (let s = 0; s < taken; s++) {
    const i = Math.floor((s * from.rows) / taken);
    const along = project(from, direction, i);
    for (let j = 0, at = i * to.dims; j < to.dims; j++, at++) out[j] += along * (to.data[at] - to.mean[j]);
  }
  return out;
}

function project({ data, dims, mean }: Centred, direction: Float64Array, i: number): number {
  let sum = 0;
  for (let j = 0, at = i * dims; j < dims; j++, at++) sum += (data[at] - mean[j]) * direction[j];
  return sum;
}

/** Gram-Schmidt for two; a second direction that the first explains becomes zero. */
function orthonormalise([first, second]: Float64Array[]): void {
  normalise(first, dot(first, first));
  const before = dot(second, second);
  const along = dot(first, second);
  for (let j = 0; j < second.length; j++) second[j] -= along * first[j];
  normalise(second, before);
}

/** To length 1, or to 0 where next to nothing is left of the squared length that was there before. */
function normalise(direction: Float64Array, before: number): void {
  const squared = dot(direction, direction);
  const scale = squared > 1e-18 * before ? 1 / Math.sqrt(squared) : 0;
  for (let j = 0; j < direction.length; j++) direction[j] *= scale;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j] * b[j];
  return sum;
}
