import type { Neighbours } from '../distance/backend.js';
import type { Vectors } from '../types.js';
import { type Merge, numbered, type UnnumberedMerge } from './linkage.js';

/** Average linkage of unit rows in which only neighbours are joined. */
export type NeighbourLinkage = (rows: Vectors, neighbours: Neighbours) => Promise<Merge[]>;

/**
 * Average linkage of rows by cosine distance in which only neighbours are joined: groups with a row that has a row of the
 * other among its neighbours. The nearest-neighbour chain (Murtagh 1983) walks over the neighbours alone, so that time and
 * memory grow with their number and not with the square of the rows. Distances are the true means over all pairs of rows,
 * from the groups' sums. Merges come out in ascending height, ties in the order of the lower rows; groups without a
 * neighbour left stay apart. native/core/linkage/neighbour_linkage.h is its twin, with the same bits.
 * @param rows unit rows
 */
export function neighbourLinkage({ data, rows, dims }: Vectors, neighbours: Neighbours): Merge[] {
  const sum = Float64Array.from(data);
  const size = new Int32Array(rows).fill(1);
  const height = new Float64Array(rows);
  const distance = (a: number, b: number): number => {
    return Math.max(0, 1 - product(sum, a * dims, b * dims, dims) / (size[a] * size[b]));
  };
  const near = adjacency(rows, neighbours, distance);
  const merges: UnnumberedMerge[] = [];
  const chain: number[] = [];
  const place = new Int32Array(rows).fill(-1); // where a group is in the chain
  const shorten = (length: number) => {
    for (const group of chain.splice(length)) place[group] = -1;
  };
  const extend = (group: number) => {
    place[group] = chain.length;
    chain.push(group);
  };
  for (let start = 0; start < rows; ) {
    if (chain.length === 0) {
      if (near[start].size === 0) {
        start++;
        continue;
      }
      extend(start);
    }
    const top = chain[chain.length - 1];
    const before = chain[chain.length - 2] ?? -1;
    const next = nearest(near[top], before);
    if (next !== before) {
      // A merge can make neighbours of groups that are nearer than the chain knew: it goes on from the lower one.
      if (place[next] >= 0) shorten(place[next] + 1);
      else extend(next);
      continue;
    }
    shorten(chain.length - 2);
    const a = Math.min(top, before);
    const b = Math.max(top, before);
    // Such a pair can be nearer than the merge that made it one: no parent below its child.
    height[a] = Math.max(near[a].get(b) as number, height[a], height[b]);
    merges.push({ a, b, height: height[a] });
    size[a] += size[b];
    for (let j = 0; j < dims; j++) sum[a * dims + j] += sum[b * dims + j];
    joinNeighbours(near, a, b, distance);
  }
  return numbered(merges, rows);
}

/** Eight sums side by side, added up in pairs, as native/core/smoothing/inner_products_body.h does. */
function product(x: Float64Array, i: number, j: number, dims: number): number {
  const whole = dims - (dims % 8);
  const lane = new Float64Array(8);
  for (let d = 0; d < whole; d += 8) for (let l = 0; l < 8; l++) lane[l] += x[i + d + l] * x[j + d + l];
  for (let d = whole; d < dims; d++) lane[d - whole] += x[i + d] * x[j + d];
  return lane[0] + lane[1] + (lane[2] + lane[3]) + (lane[4] + lane[5] + (lane[6] + lane[7]));
}

/** For each row the rows that are its neighbours or that it is a neighbour of, with their distances. */
function adjacency(
  rows: number,
  { k, index }: Neighbours,
  distance: (a: number, b: number) => number,
): Map<number, number>[] {
  const near = Array.from({ length: rows }, () => new Map<number, number>());
  for (let a = 0; a < rows; a++) {
    for (let r = a * k; r < (a + 1) * k; r++) {
      const b = index[r];
      if (b === a || near[a].has(b)) continue;
      const d = distance(a, b);
      near[a].set(b, d);
      near[b].set(a, d);
    }
  }
  return near;
}

/** The nearest of a group's neighbours, the lowest where several are; `before` where it is as near, so that a chain ends. */
function nearest(near: ReadonlyMap<number, number>, before: number): number {
  let best = before;
  let least = near.get(before) ?? Infinity;
  for (const [other, d] of near) {
    if (d < least || (d === least && best !== before && other < best)) {
      best = other;
      least = d;
    }
  }
  return best;
}

/** The neighbours of both become those of a. */
function joinNeighbours(
  near: Map<number, number>[],
  a: number,
  b: number,
  distance: (a: number, b: number) => number,
): void {
  const others = new Set([...near[a].keys(), ...near[b].keys()]);
  others.delete(a);
  others.delete(b);
  near[a].clear();
  near[b].clear();
  for (const other of others) {
    const d = distance(a, other);
    near[a].set(other, d);
    near[other].delete(b);
    near[other].set(a, d);
  }
}
