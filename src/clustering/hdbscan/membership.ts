import type { CondensedTree } from './condensed-tree.js';

export interface Membership {
  /** Chosen cluster of the condensed tree that each point is in, -1 for none. */
  readonly cluster: Int32Array;
  /** How deep in it the point stays: its lambda over the greatest of the cluster, 0 … 1; 0 for none. */
  readonly probability: Float64Array;
}

/** Gives every point to the chosen cluster above it, if there is one (scikit-learn-contrib/hdbscan, get_probabilities). */
export function membership(tree: CondensedTree, chosen: Uint8Array): Membership {
  const chosenAbove = new Int32Array(tree.parent.length);
  tree.parent.forEach((p, c) => {
    chosenAbove[c] = chosen[c] === 1 ? c : p >= 0 ? chosenAbove[p] : -1;
  });
  const cluster = tree.pointCluster.map((c) => chosenAbove[c]);
  const probability = Float64Array.from(cluster, (c, point) => {
    if (c < 0) return 0;
    const greatest = tree.death[c];
    return greatest > 0 ? Math.min(tree.pointLambda[point], greatest) / greatest : 1;
  });
  return { cluster, probability };
}

/**
 * Global-local outlier score from hierarchies (Campello et al. 2015, section 5): 1 - lambda of the point over the
 * greatest lambda anywhere below the last cluster it was in. 0 … 1, higher is lonelier.
 */
export function glosh(tree: CondensedTree): Float64Array {
  const deepest = Float64Array.from(tree.death);
  for (let c = deepest.length - 1; c > 0; c--) deepest[tree.parent[c]] = Math.max(deepest[tree.parent[c]], deepest[c]);
  return Float64Array.from(tree.pointCluster, (c, point) =>
    deepest[c] > 0 ? (deepest[c] - tree.pointLambda[point]) / deepest[c] : 0,
  );
}
