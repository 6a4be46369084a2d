import type { Neighbours } from '../distance/backend.js';
import type { Vectors } from '../types.js';
import { cosine } from './cosine.js';

const ASKED = 1024;
const NEAREST = 5;
/**
 * Whether pages have anything in common, as opposed to directions without a pattern, among which nearest neighbours exist
 * too. In random directions two neighbours of a row, at cosine t from it, are at cosine t^2 from each other, as chance has
 * it; where there are topics they are nearly as close to each other as to the row. The surplus is 0 for the first and 1
 * for the second: ((pairs / t) - t) / (1 - t), with the means over all rows and the typical cosine taken off.
 * @param rows unit rows in the space of the embeddings
 */
export function relatedness(rows: Vectors, neighbours: Neighbours): number {
  const taken = Math.min(rows.rows, ASKED);
  // The topics of a small wiki may have three pages: more neighbours than the other two tell nothing.
  const near = Math.min(NEAREST, Math.max(2, Math.floor(rows.rows / 20)), neighbours.k, Math.ceil(rows.rows / 5));
  if (near < 2) return 0;
  let toRow = 0;
  let toEachOther = 0;
  for (let s = 0; s < taken; s++) {
    const row = Math.floor((s * rows.rows) / taken);
    const group = neighbours.index.subarray(row * neighbours.k, row * neighbours.k + near);
    for (let a = 0; a < near; a++) {
      toRow += cosine(rows, row, rows, group[a]) / (near * taken);
      for (let b = 0; b < a; b++)
        toEachOther += cosine(rows, group[a], rows, group[b]) / (((near * (near - 1)) / 2) * taken);
    }
  }
  const typical = typicalCosine(rows);
  const t = toRow - typical;
  if (t <= 1e-6) return 0;
  return t >= 1 ? 1 : ((toEachOther - typical) / t - t) / (1 - t);
}

/** Whether so great a surplus over so many rows is more than chance: among strangers it scatters around 0, by about 2 / rows. */
export const isRelated = (surplus: number, rows: number): boolean => surplus >= 0.05 + 6 / rows;

/** Median cosine over pairs of evenly spread rows. */
function typicalCosine(rows: Vectors): number {
  const taken = Math.min(rows.rows, 128);
  const all: number[] = [];
  for (let a = 0; a < taken; a++) {
    for (let b = 0; b < a; b++)
      all.push(cosine(rows, Math.floor((a * rows.rows) / taken), rows, Math.floor((b * rows.rows) / taken)));
  }
  return all.sort((x, y) => x - y)[all.length >> 1] ?? 0;
}
