import { clusterDistances, type GroupProducts } from '../layers/likeness.js';
import type { Vectors } from '../types.js';

/** Clusters nearest to a row's own that are its rivals even where none of the row's neighbours lies in them. */
const RIVALS = 3;
/** Least typical fit: a cluster of strangers makes nobody a member. */
const LEAST_FIT = 0.02;

/** How each row stands to the groups, whatever the wiki's scale of distances. */
export interface Belonging {
  /** Mean cosine to the group it fits best, as a share of what is typical of that group's members; 0 without a group. */
  readonly fit: Float64Array;
  /** How much better the best group fits than the next, 0 … 1; 0 without a group. A silhouette of mean cosines. */
  readonly clarity: Float64Array;
}

/**
 * Fit and clarity of each row (Rousseeuw 1987 for the idea). Groups that a row is measured against are its own, those of
 * its neighbours, and the nearest to the best of these: any other is further away.
 * @param rows unit rows
 * @param labels group of each row, -1 for rows in none
 * @param neighbours k rows near each row
 */
export function belonging(
  rows: Vectors,
  labels: Int32Array,
  neighbours: { readonly k: number; readonly index: Int32Array },
  products?: GroupProducts,
): Belonging {
  const count = labels.reduce((most, label) => Math.max(most, label), -1) + 1;
  const fitTo = meanCosines(rows, labels, count);
  const typical = medianFits(labels, count, fitTo);
  const rivals = nearestGroups(clusterDistances(rows, labels, count, products), count);
  const fit = new Float64Array(rows.rows);
  const clarity = new Float64Array(rows.rows);
  for (let i = 0; i < rows.rows; i++) {
    const fits = new Map<number, number>(); // each group is measured once
    const measure = (group: number) => {
      if (group >= 0 && !fits.has(group)) fits.set(group, fitTo(i, group));
    };
    measure(labels[i]);
    for (let r = i * neighbours.k; r < (i + 1) * neighbours.k; r++) measure(labels[neighbours.index[r]]);
    const [best, own] = greatest(fits);
    if (best < 0) continue;
    for (const rival of rivals[best]) measure(rival);
    fits.delete(best);
    const [, second] = greatest(fits);
    fit[i] = own / typical[best];
    clarity[i] = Math.max(0, 1 - second / own);
  }
  return { fit, clarity };
}

/** The group with the greatest fit above 0, the lowest id where several have it, and the fit; -1 and 0 without any. */
function greatest(fits: ReadonlyMap<number, number>): [group: number, fit: number] {
  let best: [number, number] = [-1, 0];
  for (const [group, fit] of fits) {
    if (fit > best[1] || (fit === best[1] && fit > 0 && group < best[0])) best = [group, fit];
  }
  return best;
}

/** Mean cosine of row i to the rows of a group other than itself. */
function meanCosines({ data, rows, dims }: Vectors, labels: Int32Array, count: number) {
  const sums = new Float64Array(count * dims);
  const size = new Int32Array(count);
  for (let i = 0; i < rows; i++) {
    if (labels[i] < 0) continue;
    size[labels[i]]++;
    for (let j = 0; j < dims; j++) sums[labels[i] * dims + j] += data[i * dims + j];
  }
  return (i: number, group: number): number => {
    let dot = 0;
    for (let a = i * dims, b = group * dims, end = a + dims; a < end; a++, b++) dot += data[a] * sums[b];
    const self = labels[i] === group ? 1 : 0;
    return size[group] === self ? 0 : (dot - self) / (size[group] - self);
  };
}

function medianFits(labels: Int32Array, count: number, fitTo: (i: number, group: number) => number): Float64Array {
  const fits: number[][] = Array.from({ length: count }, () => []);
  labels.forEach((label, i) => {
    if (label >= 0) fits[label].push(fitTo(i, label));
  });
  return Float64Array.from(fits, (all) => Math.max(all.sort((a, b) => a - b)[all.length >> 1] ?? 0, LEAST_FIT));
}

/** Of each group the RIVALS nearest others. */
function nearestGroups(distance: Float64Array, count: number): number[][] {
  return Array.from({ length: count }, (_, a) =>
    Array.from({ length: count }, (_, b) => b)
      .filter((b) => b !== a)
      .sort((x, y) => distance[a * count + x] - distance[a * count + y] || x - y)
      .slice(0, RIVALS),
  );
}
