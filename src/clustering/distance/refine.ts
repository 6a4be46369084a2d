import type { Vectors } from '../types.js';
import type { Candidates, Neighbours } from './backend.js';
import { squaredDistance } from './exact.js';

/**
 * Decides among proposals: the k nearest of each row's candidates by (exact distance, row). The row itself, -1 and
 * repetitions are passed over. native/core/distance/knn.cc does the same.
 * @throws {RangeError} where a row has fewer than k candidates
 */
export function refine({ data, rows, dims }: Vectors, { width, index }: Candidates, k: number): Neighbours {
  const nearest = new Int32Array(rows * k);
  const distance = new Float64Array(rows * k);
  for (let i = 0; i < rows; i++) {
    const proposed = new Set(index.subarray(i * width, (i + 1) * width));
    const ranked = [...proposed]
      .filter((j) => j >= 0 && j < rows && j !== i)
      .map((j) => ({ j, squared: squaredDistance(data, dims, i, j) }))
      .sort((a, b) => a.squared - b.squared || a.j - b.j);
    if (ranked.length < k) throw new RangeError('a row has fewer candidates than neighbours wanted');
    for (let c = 0; c < k; c++) {
      nearest[i * k + c] = ranked[c].j;
      distance[i * k + c] = Math.sqrt(ranked[c].squared);
    }
  }
  return { k, index: nearest, distance };
}
