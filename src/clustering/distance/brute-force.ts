import type { Vectors } from '../types.js';
import type { Candidates } from './backend.js';
import { squaredDistance } from './exact.js';

/** The `width` (at most rows - 1) nearest other rows of every row by exact distances. O(rows^2 dims). */
export function bruteForce({ data, rows, dims }: Vectors, width: number): Candidates {
  const index = new Int32Array(rows * width);
  const squared = new Float64Array(width);
  for (let i = 0; i < rows; i++) {
    const row = index.subarray(i * width, (i + 1) * width);
    let filled = 0;
    for (let j = 0; j < rows; j++) {
      if (j === i) continue;
      const distance = squaredDistance(data, dims, i, j);
      if (filled === width && distance >= squared[width - 1]) continue;
      let at = filled < width ? filled++ : width - 1;
      for (; at > 0 && squared[at - 1] > distance; at--) {
        squared[at] = squared[at - 1];
        row[at] = row[at - 1];
      }
      squared[at] = distance;
      row[at] = j;
    }
  }
  return { width, index };
}
