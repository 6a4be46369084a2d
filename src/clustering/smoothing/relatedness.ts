import type { Neighbours } from '../distance/backend.js';
import type { Vectors } from '../types.js';

const ASKED = 1024;
const NEAREST = 5;

/** Cosines of pairs of unit rows, of which `pairs` holds one after the other. */
type Cosines = (rows: Vectors, pairs: Int32Array) => Float64Array;

/**
 * Whether pages have anything in common, as opposed to directions without a pattern, among which nearest neighbours exist
 * too. In random directions two neighbours of a row, at cosine t from it, are at cosine t^2 from each other, as chance has
 * it; where there are topics they are nearly as close to each other as to the row. The surplus is 0 for the first and 1
 * for the second: ((pairs / t) - t) / (1 - t), with the means over all rows and the typical cosine taken off.
 * @param rows unit rows in the space of the embeddings
 */
export function relatedness(rows: Vectors, neighbours: Neighbours, cosines: Cosines): number {
  // The topics of a small wiki may have three pages: more neighbours than the other two tell nothing.
  const near = Math.min(NEAREST, Math.max(2, Math.floor(rows.rows / 20)), neighbours.k, Math.ceil(rows.rows / 5));
  if (near < 2) return 0;
  const toRow: number[] = [];
  const toEachOther: number[] = [];
  for (const row of evenly(rows.rows, ASKED)) {
    const group = neighbours.index.subarray(row * neighbours.k, row * neighbours.k + near);
    for (let a = 0; a < near; a++) {
      toRow.push(row, group[a]);
      for (let b = 0; b < a; b++) toEachOther.push(group[a], group[b]);
    }
  }
  const typical = typicalCosine(rows, cosines);
  const t = mean(cosines(rows, Int32Array.from(toRow))) - typical;
  if (t <= 1e-6) return 0;
  return t >= 1 ? 1 : ((mean(cosines(rows, Int32Array.from(toEachOther))) - typical) / t - t) / (1 - t);
}

/** Whether so great a surplus over so many rows is more than chance: among strangers it scatters around 0, by about 2 / rows. */
export const isRelated = (surplus: number, rows: number): boolean => surplus >= 0.05 + 6 / rows;

/** Median cosine over pairs of evenly spread rows. */
function typicalCosine(rows: Vectors, cosines: Cosines): number {
  const taken = evenly(rows.rows, 128);
  const pairs = new Int32Array(taken.length * (taken.length - 1));
  let end = 0;
  for (let a = 0; a < taken.length; a++) {
    for (let b = 0; b < a; b++) {
      pairs[end++] = taken[a];
      pairs[end++] = taken[b];
    }
  }
  const all = cosines(rows, pairs).sort();
  return all[all.length >> 1] ?? 0;
}

/** At most `most` of the numbers 0 … count - 1, evenly spread. */
function evenly(count: number, most: number): number[] {
  const taken = Math.min(count, most);
  return Array.from({ length: taken }, (_, s) => Math.floor((s * count) / taken));
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
