import type { Neighbours } from '../distance/backend.js';
import { squaredDistance } from '../distance/exact.js';
import type { Points } from './points.js';

/**
 * Squared core distance of every point: the distance to its minSamples-th nearest other row (Campello et al. 2013,
 * definition 1, counted as scikit-learn-contrib/hdbscan's generic algorithm counts), at most the farthest.
 * O(count^2 dims) time.
 */
export function squaredCoreDistances(points: Points, minSamples: number): Float64Array {
  const rows = points.ofRow.length;
  const wanted = Math.min(minSamples, rows - 1);
  const core = new Float64Array(points.count);
  const distance = new Float64Array(points.count);
  for (let i = 0; i < points.count; i++) {
    if (points.weight[i] > wanted) continue; // its own copies are near enough: distance 0
    for (let j = 0; j < points.count; j++) {
      distance[j] = squaredDistance(points.data, points.dims, points.row[i], points.row[j]);
    }
    core[i] = weightedSmallest(distance, points.weight, wanted + 1);
  }
  return core;
}

/** The same from neighbours that are known, nearest first: the distance to the minSamples-th is measured again, as a root squared is not the same. */
export function coreDistancesOf({ k, index }: Neighbours, points: Points, minSamples: number): Float64Array {
  const { data, dims, row } = points;
  const last = Math.min(minSamples, k) - 1;
  return Float64Array.from(row, (i) => (last < 0 ? 0 : squaredDistance(data, dims, i, index[i * k + last])));
}

/** The smallest value v such that the weights of all values <= v sum up to `wanted` or more. */
function weightedSmallest(values: Float64Array, weights: Int32Array, wanted: number): number {
  const nearest: number[] = []; // positions, nearest first, just enough to reach `wanted`
  let total = 0;
  for (let j = 0; j < values.length; j++) {
    if (total >= wanted && values[j] >= values[nearest[nearest.length - 1]]) continue;
    let at = nearest.length;
    while (at > 0 && values[nearest[at - 1]] > values[j]) at--;
    nearest.splice(at, 0, j);
    total += weights[j];
    while (total - weights[nearest[nearest.length - 1]] >= wanted) total -= weights[nearest.pop() as number];
  }
  return values[nearest[nearest.length - 1]];
}
