import type { Points } from './points.js';
import { quicksortOrder } from './quicksort.js';
import type { PrimWalk } from './spanning-tree.js';

/**
 * The dendrogram of single linkage. Nodes 0 … points-1 are the points; node points+m is made by merge m, from the least
 * distance to the greatest, so children come before parents and the last node is the root.
 */
export interface Dendrogram {
  readonly points: number;
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** Lambda (1 / distance) of each merge. */
  readonly lambda: Float64Array;
  /** Rows below each node, points included. */
  readonly size: Int32Array;
  /** Lambda at which the equal rows of a point come together: 1 / core distance. */
  readonly pointLambda: Float64Array;
}

/** Merges along the walk, shortest step first. */
export function singleLinkage(points: Points, squaredCore: Float64Array, walk: PrimWalk): Dendrogram {
  const n = points.count;
  const core = squaredCore.map(Math.sqrt);
  const lambdaOf = lambdas(points, core, walk);
  const steps = quicksortOrder(walk.distance.subarray(1));
  const left = new Int32Array(steps.length);
  const right = new Int32Array(steps.length);
  const size = new Int32Array(n + steps.length);
  size.set(points.weight);
  const above = Int32Array.from(size, (_, i) => i);
  const top = (node: number): number => {
    let at = node;
    while (above[at] !== at) {
      above[at] = above[above[at]];
      at = above[at];
    }
    return at;
  };
  steps.forEach((step, m) => {
    left[m] = top(walk.point[step]);
    right[m] = top(walk.point[step + 1]);
    above[left[m]] = n + m;
    above[right[m]] = n + m;
    size[n + m] = size[left[m]] + size[right[m]];
  });
  const lambda = Float64Array.from(steps, (step) => lambdaOf(walk.distance[step + 1]));
  return { points: n, left, right, lambda, size, pointLambda: core.map(lambdaOf) };
}

/**
 * A distance of 0 has no finite lambda; it gets that of the smallest distance above 0 anywhere in the tree (1 where
 * there is none), so that duplicates are as dense as the densest other place and every stability stays a number.
 */
function lambdas(points: Points, core: Float64Array, walk: PrimWalk): (distance: number) => number {
  let least = Infinity;
  for (const distance of walk.distance) if (distance > 0) least = Math.min(least, distance);
  core.forEach((distance, i) => {
    if (points.weight[i] > 1 && distance > 0) least = Math.min(least, distance);
  });
  const limit = least === Infinity ? 1 : 1 / least;
  return (distance) => (distance > 0 ? 1 / distance : limit);
}
