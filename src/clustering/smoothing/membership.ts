import type { Neighbours } from '../distance/backend.js';

/** How often what holds for a cluster holds for a member without a neighbour in it, on wikis that people have tagged. */
const FLOOR = 0.3;

/**
 * Membership strength 0 … 1: how likely what most of a cluster has in common holds for the row too. It rises with the
 * share of the row's nearest rows that are in its cluster, of as many as the cluster could fill (ten at most), with one
 * vote for and one against added so that few neighbours do not make certainty. Rows that were absorbed have few such
 * neighbours, so theirs is weak by itself. 0 for noise.
 */
export function membership(labels: Int32Array, { k, index }: Neighbours): Float32Array {
  const size = new Map<number, number>();
  for (const label of labels) size.set(label, (size.get(label) ?? 0) + 1);
  return Float32Array.from(labels, (label, row) => {
    if (label < 0) return 0;
    const asked = Math.min(10, k, (size.get(label) as number) - 1);
    let same = 0;
    for (let r = 0; r < asked; r++) if (labels[index[row * k + r]] === label) same++;
    return FLOOR + ((1 - FLOOR) * (same + 1)) / (asked + 2);
  });
}
