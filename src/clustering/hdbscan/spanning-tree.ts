import { squaredDistance } from '../distance/exact.js';
import type { Points } from './points.js';

/**
 * A spanning tree as Prim's algorithm walks it: points in the order in which they join, and for each the mutual
 * reachability distance over which it joined (the first: 0). Cut wherever a distance exceeds h, the walk falls into just
 * the groups that are connected within h, so it gives the same single linkage as the tree's own edges do.
 */
export interface PrimWalk {
  readonly point: Int32Array;
  readonly distance: Float64Array;
}

/** max(core distances, distance), all squared (Campello et al. 2013, definition 3). */
export function squaredMutualReachability(coreI: number, coreJ: number, distance: number): number {
  return Math.max(coreI, coreJ, distance);
}

/**
 * Prim's algorithm over the mutual reachability graph, starting at point 0; of equally near points the first joins.
 * O(count^2 dims) time, O(count) memory.
 */
export function spanningTree(points: Points, core: Float64Array): PrimWalk {
  const { count, data, dims, row } = points;
  const point = new Int32Array(count);
  const squared = new Float64Array(count);
  const nearest = new Float64Array(count).fill(Infinity);
  const joined = new Uint8Array(count);
  for (let step = 0, last = 0; step < count; step++) {
    joined[last] = 1;
    point[step] = last;
    squared[step] = step === 0 ? 0 : nearest[last];
    let next = -1;
    for (let j = 0; j < count; j++) {
      if (joined[j] === 1) continue;
      const within = squaredDistance(data, dims, row[last], row[j]);
      nearest[j] = Math.min(nearest[j], squaredMutualReachability(core[last], core[j], within));
      if (next < 0 || nearest[j] < nearest[next]) next = j;
    }
    last = next;
  }
  return { point, distance: squared.map(Math.sqrt) };
}
