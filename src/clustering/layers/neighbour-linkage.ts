import type { Neighbours } from '../distance/backend.js';
import type { Vectors } from '../types.js';
import { type Merge, numbered, type UnnumberedMerge } from './linkage.js';

/**
 * Average linkage of rows by cosine distance in which only neighbours are joined: groups with a row that has a row of the
 * other among its neighbours. The nearest-neighbour chain (Murtagh 1983) walks over the neighbours alone, so that time and
 * memory grow with their number and not with the square of the rows. Distances are the true means over all pairs of rows,
 * from the groups' sums. Merges come out in ascending height, ties in the order of the lower rows; groups without a
 * neighbour left stay apart.
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
  for (let start = 0; start < rows; ) {
    if (chain.length === 0) {
      if (near[start].size === 0) {
        start++;
        continue;
      }
      chain.push(start);
    }
    const top = chain[chain.length - 1];
    const before = chain[chain.length - 2] ?? -1;
    const next = nearest(near[top], before);
    if (next !== before) {
      chain.push(next);
      continue;
    }
    chain.length -= 2;
    const a = Math.min(top, before);
    const b = Math.max(top, before);
    // A pair that was not among the neighbours can be nearer than the merge that made it one: no parent below its child.
    height[a] = Math.max(near[a].get(b) as number, height[a], height[b]);
    merges.push({ a, b, height: height[a] });
    size[a] += size[b];
    for (let j = 0; j < dims; j++) sum[a * dims + j] += sum[b * dims + j];
    joinNeighbours(near, a, b, distance);
  }
  return numbered(merges, rows);
}

/** Four sums side by side: one would wait for itself. */
function product(x: Float64Array, i: number, j: number, dims: number): number {
  const whole = dims - (dims % 4);
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let d = 0;
  for (; d < whole; d += 4) {
    s0 += x[i + d] * x[j + d];
    s1 += x[i + d + 1] * x[j + d + 1];
    s2 += x[i + d + 2] * x[j + d + 2];
    s3 += x[i + d + 3] * x[j + d + 3];
  }
  for (; d < dims; d++) s0 += x[i + d] * x[j + d];
  return s0 + s1 + (s2 + s3);
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
