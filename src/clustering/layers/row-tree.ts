import type { Neighbours } from '../distance/backend.js';
import type { Vectors } from '../types.js';
import { cut } from './layers.js';
import { cosineDistances, type GroupProducts } from './likeness.js';
import { averageLinkage, type Merge } from './linkage.js';
import type { NeighbourLinkage } from './neighbour-linkage.js';

/** What costs in the linkage of rows, native or not. */
export interface LinkageKernels {
  readonly linkage: NeighbourLinkage;
  readonly groupProducts?: GroupProducts;
}

/** Up to so many groups all distances are cheap. */
const WHOLE = 1000;
/** Beyond, joining neighbours alone stops at so many groups for each that is wanted. */
const SPARE = 1.5;

/**
 * The `count` groups of at least `least` rows that average linkage makes, or as many as there can be; -1 for rows in none.
 * @param smoothed unit rows
 * @param neighbours rows near each row
 * @param takesPart rows that are linked; the others are in no group
 * @param kernels the backend's
 */
export async function linkedGroups(
  smoothed: Vectors,
  neighbours: Neighbours,
  takesPart: (row: number) => boolean,
  count: number,
  least: number,
  kernels: LinkageKernels,
): Promise<Int32Array> {
  const part = selected(smoothed, neighbours, takesPart);
  const merges = await rowTree(part.rows, part.neighbours, Math.max(WHOLE, Math.ceil(SPARE * count)), kernels);
  const groups = largeGroups(merges, part.rows.rows, count, least);
  return part.at.map((at) => (at < 0 ? -1 : groups[at]));
}

/** The rows that take part, and where each row is among them, -1 for the others. A neighbour that does not is the row itself. */
function selected(
  { data, rows, dims }: Vectors,
  { k, index, distance }: Neighbours,
  takesPart: (row: number) => boolean,
) {
  let taken = 0;
  const at = Int32Array.from({ length: rows }, (_, row) => (takesPart(row) ? taken++ : -1));
  const part = { data: new Float32Array(taken * dims), rows: taken, dims };
  const near = { k, index: new Int32Array(taken * k), distance: new Float64Array(taken * k) };
  at.forEach((own, row) => {
    if (own < 0) return;
    part.data.set(data.subarray(row * dims, (row + 1) * dims), own * dims);
    near.distance.set(distance.subarray(row * k, (row + 1) * k), own * k);
    for (let r = 0; r < k; r++) {
      const other = at[index[row * k + r]];
      near.index[own * k + r] = other < 0 ? own : other;
    }
  });
  return { rows: part, neighbours: near, at };
}

/**
 * Average linkage of rows by cosine distance, as a whole tree of rows - 1 merges. With more than `whole` rows only
 * neighbours are joined until so many groups are left, since their distances fit in memory; from there on all are.
 * @param rows unit rows
 */
export async function rowTree(
  rows: Vectors,
  neighbours: Neighbours,
  whole: number,
  kernels: LinkageKernels,
): Promise<Merge[]> {
  const n = rows.rows;
  const near = n <= whole ? [] : (await kernels.linkage(rows, neighbours)).slice(0, n - whole);
  const { of, node } = cut(near, n, n - near.length);
  const { distances, sizes } = cosineDistances(rows, of, node.length, kernels.groupProducts);
  const id = (leaf: number) => (leaf < node.length ? node[leaf] : leaf - node.length + n + near.length);
  const far = averageLinkage(distances, node.length, sizes);
  return [...near, ...far.map(({ left, right, height }) => ({ left: id(left), right: id(right), height }))];
}

/**
 * The groups of at least `least` rows where the tree is cut so that there are `count` of them, or as many as there can be;
 * -1 for rows in smaller ones. Of several such cuts the one with the fewest groups left over.
 */
export function largeGroups(merges: readonly Merge[], rows: number, count: number, least: number): Int32Array {
  const size = new Int32Array(rows + merges.length).fill(1, 0, rows);
  const large = (node: number) => (size[node] >= least ? 1 : 0);
  let now = least <= 1 ? rows : 0;
  const after = [now];
  merges.forEach(({ left, right }, m) => {
    size[rows + m] = size[left] + size[right];
    now += large(rows + m) - large(left) - large(right);
    after.push(now);
  });
  const wanted = Math.min(
    count,
    after.reduce((most, n) => Math.max(most, n), 0),
  );
  const { of, node } = cut(merges, rows, rows - after.findLastIndex((n) => n >= wanted));
  return of.map((group) => (size[node[group]] >= least ? group : -1));
}
