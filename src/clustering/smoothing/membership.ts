import type { Neighbours } from './neighbours.js';

/**
 * Membership strength 0 … 1: the share of a row's nearest rows that are in its cluster too, of as many as the cluster
 * could fill (ten at most), with one vote for and one against added so that few neighbours do not make certainty. Rows that
 * were absorbed have few such neighbours, so theirs is weak by itself.
 */
export function membership(labels: Int32Array, { k, index }: Neighbours): Float32Array {
  const size = new Map<number, number>();
  for (const label of labels) size.set(label, (size.get(label) ?? 0) + 1);
  return Float32Array.from(labels, (label, row) => {
    if (label < 0) return 0;
    const asked = Math.min(10, k, (size.get(label) as number) - 1);
    let same = 0;
    for (let r = 0; r < asked; r++) if (labels[index[row * k + r]] === label) same++;
    return (same + 1) / (asked + 2);
  });
}
