import type { Neighbours } from '../distance/backend.js';
import type { Belonging } from '../outliers/belonging.js';
import type { Vectors } from '../types.js';

/** Neighbours that the local density is taken from. */
const NEAR = 10;
/** Least distance between the middle and the edge of the field, as a logarithm: below, differences are no sign of anything. */
const LEAST_SPREAD = 0.7;
/** How steeply the score rises at the edge. */
const STEEPNESS = 2;

/** Least distance between the middle and the clear end of the field of clarities. */
const LEAST_CLARITY_SPREAD = 0.1;
/** A row of greater clarity is not between two groups. */
const BETWEEN = 0.3;
/** What a spread of unclarity adds to the strangeness, and the most it may add, in spreads of that. */
const UNCLARITY = { each: 0.3, most: 0.7 };
/** A row that fits its group that well, and no other by far, is no outlier however it compares with calmer rows. */
const AT_HOME = { fit: 0.6, clarity: 0.6 };
/** Score above which a row is an outlier. */
export const OUTLIER = 0.5;

/**
 * Outlier score 0 … 1 of each row: how far it moved (1 - cosine before and after) times its local outlier factor (Breunig
 * et al. 2000, with mean neighbour distances) before it moved. Both are relative to this wiki: a score of .5 is as far above
 * the median of the logarithm as the 5 % calmest rows are below it. A row that stands between groups counts as stranger
 * where the groups of this wiki are clearly apart; in most real wikis they are not, and it does not. Since an even wiki
 * has a tail too, a row that is at home in a group stays at OUTLIER at most.
 */
export function outlierScores(
  before: Vectors,
  after: Vectors,
  neighbours: Neighbours,
  { fit, clarity }: Belonging,
): Float32Array {
  const { rows } = before;
  const factor = localOutlierFactors(neighbours, rows);
  const strangeness = new Float64Array(rows);
  for (let i = 0; i < rows; i++) strangeness[i] = Math.log(moved(before, after, i)) + Math.log(factor[i]);
  const sorted = Float64Array.from(strangeness).sort();
  const median = quantile(sorted, 0.5);
  const spread = Math.max(median - quantile(sorted, 0.05), LEAST_SPREAD);
  const unclear = unclarity(clarity);
  return Float32Array.from(strangeness, (s, i) => {
    const spreads = (s - median) / spread + Math.min(UNCLARITY.most, UNCLARITY.each * unclear[i]);
    const score = 1 / (1 + Math.exp(-STEEPNESS * (spreads - 1)));
    return fit[i] > AT_HOME.fit && clarity[i] > AT_HOME.clarity ? Math.min(score, OUTLIER) : score;
  });
}

/**
 * How far each clarity is below what is usual, in spreads: the median less as much as the 5 % clearest rows are above it,
 * and BETWEEN at most, since a row that fits one group that much better than the next is between none.
 */
function unclarity(clarity: Float64Array): Float64Array {
  const sorted = Float64Array.from(clarity).sort();
  const median = quantile(sorted, 0.5);
  const spread = Math.max(quantile(sorted, 0.95) - median, LEAST_CLARITY_SPREAD);
  return clarity.map((c) => Math.max(0, (Math.min(median - spread, BETWEEN) - c) / spread));
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
