import type { Vectors } from '../types.js';

/** Cosine of row i of a and row j of b, both of unit rows of the same length. */
export function cosine(a: Vectors, i: number, b: Vectors, j: number): number {
  let sum = 0;
  const { dims } = a;
  for (let x = i * dims, y = j * dims, end = x + dims; x < end; x++, y++) sum += a.data[x] * b.data[y];
  return sum;
}
