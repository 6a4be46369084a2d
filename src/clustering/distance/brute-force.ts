import type { Vectors } from '../types.js';
import type { Candidates } from './backend.js';
import { squaredDistance } from './exact.js';

/** The `width` (at most rows - 1) nearest other rows of every row by exact distances. O(rows^2 dims). */
export function bruteForce(vectors: Vectors, width: number): Candidates {
  const index = new Int32Array(vectors.rows * width);
  for (let i = 0; i < vectors.rows; i++) nearestTo(vectors, i, index.subarray(i * width, (i + 1) * width));
  return { width, index };
}

/** Fills `nearest` (at most rows - 1 long) with the rows nearest to row i, by (distance, row). O(rows dims). */
export function nearestTo({ data, rows, dims }: Vectors, i: number, nearest: Int32Array): void {
  const squared = new Float64Array(nearest.length);
  let filled = 0;
  for (let j = 0; j < rows; j++) {
    if (j === i) continue;
    const distance = squaredDistance(data, dims, i, j);
    if (filled === nearest.length && distance >= squared[filled - 1]) continue;
    let at = filled < nearest.length ? filled++ : filled - 1;
    for (; at > 0 && squared[at - 1] > distance; at--) {
      squared[at] = squared[at - 1];
      nearest[at] = nearest[at - 1];
    }
    squared[at] = distance;
    nearest[at] = j;
  }
}
