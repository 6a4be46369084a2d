import type { Vectors } from '../types.js';
import type { Candidates, Neighbours } from './backend.js';
import { squaredDistance } from './exact.js';

/**
 * Decides among proposals: the k nearest of each row's candidates by (exact distance, row). The row itself, -1 and
 * repetitions are passed over. native/core/distance/knn.cc does the same.
 * @throws {RangeError} where a row has fewer than k candidates
 */
export function refine(vectors: Vectors, { width, index }: Candidates, k: number): Neighbours {
  const { rows } = vectors;
  const nearest = new Int32Array(rows * k);
  const distance = new Float64Array(rows * k);
  for (let i = 0; i < rows; i++) {
    const found = nearestOf(vectors, i, index.subarray(i * width, (i + 1) * width), k);
    nearest.set(found.index, i * k);
    distance.set(found.squared.map(Math.sqrt), i * k);
  }
  return { k, index: nearest, distance };
}

/** The same for one row; squared distances. */
export function nearestOf({ data, rows, dims }: Vectors, row: number, candidates: Int32Array, k: number) {
  const ranked = [...new Set(candidates)]
    .filter((j) => j >= 0 && j < rows && j !== row)
    .map((j) => ({ j, squared: squaredDistance(data, dims, row, j) }))
    .sort((a, b) => a.squared - b.squared || a.j - b.j);
  if (ranked.length < k) throw new RangeError('a row has fewer candidates than neighbours wanted');
  const nearest = ranked.slice(0, k);
  return {
    index: Int32Array.from(nearest, ({ j }) => j),
    squared: Float64Array.from(nearest, ({ squared }) => squared),
  };
}
