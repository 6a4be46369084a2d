import type { ClusterSelection } from '../types.js';
import type { CondensedTree } from './condensed-tree.js';

/**
 * Which clusters of the condensed tree are the flat clustering; no two on one path to the root.
 * `eom`: the set of greatest total stability (Campello et al. 2013, section 5; a parent wins a tie).
 * `leaf`: the clusters that never split.
 * @param allowRoot whether the root, all rows in one, may be chosen
 */
export function selectClusters(tree: CondensedTree, selection: ClusterSelection, allowRoot: boolean): Uint8Array {
  const chosen = selection === 'leaf' ? leaves(tree) : excessOfMass(tree);
  if (chosen.length > 0 && !allowRoot) chosen[0] = 0;
  return selection === 'leaf' ? chosen : withoutDescendants(tree, chosen);
}

function leaves({ parent }: CondensedTree): Uint8Array {
  const chosen = new Uint8Array(parent.length).fill(1);
  for (const p of parent) if (p >= 0) chosen[p] = 0;
  return chosen;
}

/** Marks every cluster that is at least as stable as the best choice below it. */
function excessOfMass({ parent, stability }: CondensedTree): Uint8Array {
  const chosen = new Uint8Array(parent.length);
  const below = new Float64Array(parent.length);
  for (let c = parent.length - 1; c >= 0; c--) {
    chosen[c] = stability[c] >= below[c] ? 1 : 0;
    if (parent[c] >= 0) below[parent[c]] += Math.max(stability[c], below[c]);
  }
  return chosen;
}

function withoutDescendants({ parent }: CondensedTree, chosen: Uint8Array): Uint8Array {
  const covered = new Uint8Array(parent.length);
  return chosen.map((c, i) => {
    const above = parent[i] >= 0 && covered[parent[i]] === 1;
    covered[i] = above || c === 1 ? 1 : 0;
    return above ? 0 : c;
  });
}
