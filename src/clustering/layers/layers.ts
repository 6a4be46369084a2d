import type { Merge } from './linkage.js';

/** Each layer has about a third of the clusters of the one below: people read the few. */
const FACTOR = 3;
/** A layer with more of the clusters of the one below than that tells nothing new. */
const NEARLY_EQUAL = 1 / 2;
/** Fewer clusters than that split the whole wiki in a way that tells nobody anything. */
const LEAST_CLUSTERS = 4;

/** Groups of leaves: for each leaf its group 0 … (numbered by their first leaf), for each group its node in the merge tree. */
export interface Groups {
  readonly of: Int32Array;
  readonly node: readonly number[];
}

/** How many groups are left when everything nearer than `height` is merged. */
export function countAt(merges: readonly Merge[], leaves: number, height: number): number {
  return leaves - merges.filter((merge) => merge.height < height).length;
}

/** The groups that are left when merging stops at `count` of them. */
export function cut(merges: readonly Merge[], leaves: number, count: number): Groups {
  const top = Int32Array.from({ length: leaves + merges.length }, (_, i) => i);
  const done = Math.max(0, Math.min(merges.length, leaves - count));
  for (let m = 0; m < done; m++) {
    top[merges[m].left] = leaves + m;
    top[merges[m].right] = leaves + m;
  }
  for (let i = top.length - 1; i >= 0; i--) top[i] = top[top[i]];
  const number = new Map<number, number>();
  const of = Int32Array.from({ length: leaves }, (_, leaf) => {
    if (!number.has(top[leaf])) number.set(top[leaf], number.size);
    return number.get(top[leaf]) as number;
  });
  return { of, node: [...number.keys()] };
}

/** How long each node of the merge tree lives: the height at which it is merged away (1 for the last) less its own. */
export function lifetimes(merges: readonly Merge[], leaves: number): Float64Array {
  const own = Float64Array.from({ length: leaves + merges.length }, (_, i) =>
    i < leaves ? 0 : merges[i - leaves].height,
  );
  const life = own.map((height) => Math.max(0, 1 - height));
  for (const { left, right, height } of merges) {
    life[left] = height - own[left];
    life[right] = height - own[right];
  }
  return life;
}

/**
 * The layers above a working layer of `count` clusters, narrow to broad: how many clusters each has. A third of those of the
 * layer below, or as many more as have nothing in common; a layer that would be nearly the one below is left out, and so
 * is one of fewer than LEAST_CLUSTERS. All together they have `rest` clusters at most: where that is what counts, each takes
 * two thirds of it and leaves a third to those above it.
 * @param apart clusters that are left when all with something in common are joined
 */
export function broaderLayers(count: number, rest: number, apart: number): number[] {
  const third = Math.min(Math.round(count / FACTOR), Math.floor((rest * (FACTOR - 1)) / FACTOR));
  const next = Math.max(third, apart);
  if (next < LEAST_CLUSTERS || next > NEARLY_EQUAL * count || next > rest) return [];
  return [next, ...broaderLayers(next, rest - next, apart)];
}
