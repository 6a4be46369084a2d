import type { Neighbours } from '../distance/backend.js';
import type { Belonging } from '../outliers/belonging.js';

/** Neighbours whose mean distance is a row's own sparseness, and those that it is compared with. */
const NEAREST = 3;
const AROUND = 10;
/** What clarity weighs, next to fit and the logarithm of the local outlier factor. */
const CLARITY_WEIGHT = 3;
/** A row that fits its group twice as well as the next is between none. */
const CLEAR = 0.5;
/** The edge of the field lies as many spreads above the middle. */
const EDGE = 2;
/**
 * Least distance between the middle and the calm end of the field: below, differences are no sign of anything. More where
 * the rows are few, by the standard error of a quantile: 1 / sqrt(rows).
 */
const leastSpread = (rows: number): number => 0.2 + 2 / Math.sqrt(rows);
/** How steeply the score rises at the edge. */
const STEEPNESS = 4;
/** Score above which a row is an outlier. */
export const OUTLIER = 0.5;

/**
 * Outlier score 0 … 1 of each row, from three signs. Inside a group that is one, outliers fit it worse than its members
 * and lie in a sparser place: fit, and the local outlier factor (Breunig et al. 2000, with mean neighbour distances). Where
 * outliers have made a group of their own they fit it, but it is no clearer than its rivals: clarity, counted up to what
 * three quarters of the rows reach, and CLEAR at most, since being clearer than clear is no sign of anything. Their sum is relative to this
 * wiki: a score of .5 is EDGE times as far above the median as the 5 % calmest rows are below it, so that a wiki whose
 * topics run into each other has few outliers and one of clear topics all that it has.
 */
export function outlierScores(neighbours: Neighbours, { fit, clarity }: Belonging): Float32Array {
  const factor = localOutlierFactors(neighbours, fit.length);
  const clear = Math.min(quantile(Float64Array.from(clarity).sort(), 0.25), CLEAR);
  const strangeness = fit.map((f, i) => Math.log(factor[i]) - f - CLARITY_WEIGHT * Math.min(clarity[i], clear));
  const sorted = Float64Array.from(strangeness).sort();
  const median = quantile(sorted, 0.5);
  const spread = Math.max(median - quantile(sorted, 0.05), leastSpread(fit.length));
  return Float32Array.from(strangeness, (s) => 1 / (1 + Math.exp(-STEEPNESS * ((s - median) / (EDGE * spread) - 1))));
}

/** The mean distance of a row's nearest rows over the same of the rows around it. */
function localOutlierFactors({ k, index, distance }: Neighbours, rows: number): Float64Array {
  const nearest = Math.min(NEAREST, k);
  const around = Math.min(AROUND, k);
  const own = new Float64Array(rows);
  for (let i = 0; i < rows; i++) for (let r = 0; r < nearest; r++) own[i] += distance[i * k + r] ** 2 / (2 * nearest);
  return own.map((mean, i) => {
    let others = 0;
    for (let r = 0; r < around; r++) others += own[index[i * k + r]] / around;
    return Math.max(mean, 1e-9) / Math.max(others, 1e-9);
  });
}

/** Linear between the two nearest ranks. */
function quantile(sorted: Float64Array, q: number): number {
  const at = q * (sorted.length - 1);
  const low = Math.floor(at);
  return sorted[low] + (at - low) * (sorted[Math.min(low + 1, sorted.length - 1)] - sorted[low]);
}
