import { squaredDistance } from '../distance/exact.js';
import type { Vectors } from '../types.js';

/** The k nearest other rows of every row, nearest first, ties by index; Euclidean distances. */
export interface Neighbours {
  readonly k: number;
  readonly index: Int32Array;
  readonly distance: Float64Array;
}

/** By brute force: O(rows^2 dims). The truth that native/core/distance/knn.cc is tested against. */
export function nearestNeighbours({ data, rows, dims }: Vectors, wanted: number): Neighbours {
  const k = Math.max(0, Math.min(wanted, rows - 1));
  const index = new Int32Array(rows * k);
  const distance = new Float64Array(rows * k);
  const squared = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < rows; j++) squared[j] = j === i ? Infinity : squaredDistance(data, dims, i, j);
    const order = Int32Array.from({ length: rows }, (_, j) => j).sort((a, b) => squared[a] - squared[b] || a - b);
    for (let r = 0; r < k; r++) {
      index[i * k + r] = order[r];
      distance[i * k + r] = Math.sqrt(squared[order[r]]);
    }
  }
  return { k, index, distance };
}
