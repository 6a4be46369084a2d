import type { Neighbours } from '../distance/backend.js';
import { squaredDistance } from '../distance/exact.js';
import type { Vectors } from '../types.js';

/**
 * New neighbours from old ones, after all rows have moved a little: the k nearest of each row among its previous
 * neighbours, the k nearest of the rows that had it as a neighbour, and the same of all of these. Rows that moved along a
 * neighbour graph hardly ever get a neighbour from further away (docs/performance.md has the figures), and a search among
 * all rows would cost fifty times as much. Ordered by (exact distance, row); native/core/smoothing/refresh.cc is its twin.
 * @param previous k neighbours a row, nearest first, of the rows before they moved
 */
export function refresh({ data, rows, dims }: Vectors, previous: Neighbours): Neighbours {
  const { k } = previous;
  const around = surroundings(previous, rows);
  const index = new Int32Array(rows * k);
  const distance = new Float64Array(rows * k);
  for (let i = 0; i < rows; i++) {
    const candidates = new Set([...around[i], ...around[i].flatMap((j) => around[j])]);
    candidates.delete(i);
    [...candidates]
      .map((j) => ({ j, squared: squaredDistance(data, dims, i, j) }))
      .sort((a, b) => a.squared - b.squared || a.j - b.j)
      .slice(0, k)
      .forEach(({ j, squared }, at) => {
        index[i * k + at] = j;
        distance[i * k + at] = Math.sqrt(squared);
      });
  }
  return { k, index, distance };
}

/** For each row its neighbours and the nearest k of the rows that have it as one. */
function surroundings({ k, index, distance }: Neighbours, rows: number): number[][] {
  const incoming: { row: number; distance: number }[][] = Array.from({ length: rows }, () => []);
  index.forEach((j, at) => {
    incoming[j].push({ row: Math.floor(at / k), distance: distance[at] });
  });
  return incoming.map((list, i) => {
    const nearest = list.sort((a, b) => a.distance - b.distance || a.row - b.row).slice(0, k);
    return [...index.subarray(i * k, (i + 1) * k), ...nearest.map(({ row }) => row)];
  });
}
