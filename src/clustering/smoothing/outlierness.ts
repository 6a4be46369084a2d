import type { Vectors } from '../types.js';
import type { Neighbours } from './neighbours.js';

/** Neighbours that the local density is taken from. */
const NEAR = 10;
/** Least distance between the middle and the edge of the field, as a logarithm: below, differences are no sign of anything. */
const LEAST_SPREAD = 0.7;
/** How steeply the score rises at the edge. */
const STEEPNESS = 2;

/**
 * Outlier score 0 … 1 of each row: how far it moved (1 - cosine before and after) times its local outlier factor (Breunig
 * et al. 2000, with mean neighbour distances) before it moved. Both are relative to this wiki: a score of .5 is as far above
 * the median of the logarithm as the 5 % calmest rows are below it. A field without a tail has no outlier.
 */
export function outlierScores(before: Vectors, after: Vectors, neighbours: Neighbours): Float32Array {
  const { rows } = before;
  const factor = localOutlierFactors(neighbours, rows);
  const strangeness = new Float64Array(rows);
  for (let i = 0; i < rows; i++) strangeness[i] = Math.log(moved(before, after, i)) + Math.log(factor[i]);
  const sorted = Float64Array.from(strangeness).sort();
  const median = quantile(sorted, 0.5);
  const spread = Math.max(median - quantile(sorted, 0.05), LEAST_SPREAD);
  return Float32Array.from(strangeness, (s) => 1 / (1 + Math.exp((-STEEPNESS * (s - median - spread)) / spread)));
}

function moved(before: Vectors, after: Vectors, row: number): number {
  let cosine = 0;
  for (let j = row * before.dims; j < (row + 1) * before.dims; j++) cosine += before.data[j] * after.data[j];
  return Math.max(1 - cosine, 1e-6);
}

function localOutlierFactors({ k, index, distance }: Neighbours, rows: number): Float64Array {
  const near = Math.min(NEAR, k);
  const mean = new Float64Array(rows);
  for (let i = 0; i < rows; i++) for (let r = 0; r < near; r++) mean[i] += distance[i * k + r] ** 2 / (2 * near);
  return mean.map((own, i) => {
    let around = 0;
    for (let r = 0; r < near; r++) around += mean[index[i * k + r]] / near;
    return Math.max(own, 1e-9) / Math.max(around, 1e-9);
  });
}

/** Linear between the two nearest ranks. */
function quantile(sorted: Float64Array, q: number): number {
  const at = q * (sorted.length - 1);
  const low = Math.floor(at);
  return sorted[low] + (at - low) * (sorted[Math.min(low + 1, sorted.length - 1)] - sorted[low]);
}
