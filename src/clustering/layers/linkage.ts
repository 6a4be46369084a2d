/** One merge: two nodes (leaves 0 … n-1, then n + the number of the merge) at a distance. */
export interface Merge {
  readonly left: number;
  readonly right: number;
  readonly height: number;
}

/** A merge of the groups in two slots; the first holds both from then on. */
export interface UnnumberedMerge {
  readonly a: number;
  readonly b: number;
  readonly height: number;
}

/**
 * Average linkage (UPGMA) by the nearest-neighbour chain (Murtagh 1983): O(n^2) time and memory. Merges come out in
 * ascending height; ties are broken by the lower ids.
 * @param given symmetric n x n distances
 * @param sizes how many each leaf stands for: distances are means over these
 */
export function averageLinkage(given: Float64Array, n: number, sizes: Int32Array = new Int32Array(n).fill(1)): Merge[] {
  const distance = given.slice();
  const size = sizes.slice();
  const merges: UnnumberedMerge[] = [];
  const chain: number[] = [];
  while (merges.length < n - 1) {
    if (chain.length === 0) chain.push(size.findIndex((s) => s > 0));
    const top = chain[chain.length - 1];
    const before = chain.length > 1 ? chain[chain.length - 2] : -1;
    let nearest = before; // an equal distance back ends the chain, so that it cannot run in a circle
    let least = before >= 0 ? distance[top * n + before] : Infinity;
    for (let j = 0; j < n; j++) {
      if (j !== top && size[j] > 0 && distance[top * n + j] < least) {
        nearest = j;
        least = distance[top * n + j];
      }
    }
    if (nearest !== before) {
      chain.push(nearest);
      continue;
    }
    chain.length -= 2;
    merges.push({ a: Math.min(top, before), b: Math.max(top, before), height: least });
    join(distance, size, n, Math.min(top, before), Math.max(top, before));
  }
  return numbered(merges, n);
}

/** The two become one in slot a (Lance and Williams 1967, average). */
function join(distance: Float64Array, size: Int32Array, n: number, a: number, b: number): void {
  const total = size[a] + size[b];
  for (let j = 0; j < n; j++) {
    if (size[j] === 0 || j === a || j === b) continue;
    const d = (size[a] * distance[a * n + j] + size[b] * distance[b * n + j]) / total;
    distance[a * n + j] = d;
    distance[j * n + a] = d;
  }
  size[a] = total;
  size[b] = 0;
}

/** Chain order to height order, slots to node numbers. */
export function numbered(merges: readonly UnnumberedMerge[], n: number): Merge[] {
  const node = Int32Array.from({ length: n }, (_, i) => i);
  return [...merges]
    .sort((x, y) => x.height - y.height || 0) // stable: equal heights stay in chain order, children before parents
    .map(({ a, b, height }, at) => {
      const merge = { left: node[a], right: node[b], height };
      node[a] = n + at;
      return merge;
    });
}
