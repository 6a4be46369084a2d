import type { Neighbours } from '../distance/backend.js';

/** Neighbours asked, and the share of them that must agree. */
const ASKED = 10;
const SHARE = 0.2;

/**
 * Lets each noise row join the cluster that most of its nearest rows belong to, where at least two of the ten nearest do.
 * All rows vote with the labels they had before, so their order does not matter.
 * @param mayJoin rows that stay noise whatever their neighbours are get false
 */
export function absorb(labels: Int32Array, neighbours: Neighbours, mayJoin: (row: number) => boolean): Int32Array {
  const asked = Math.min(ASKED, neighbours.k);
  return labels.map((label, row) => {
    if (label >= 0 || !mayJoin(row)) return label;
    const { cluster, votes } = majority(labels, neighbours, row, asked);
    return votes >= SHARE * asked ? cluster : -1;
  });
}

/** The cluster with the most votes among a row's `asked` nearest rows, the lowest id where several have; -1 without any. */
function majority(labels: Int32Array, { k, index }: Neighbours, row: number, asked: number) {
  const votes = new Map<number, number>();
  for (let r = 0; r < asked; r++) {
    const label = labels[index[row * k + r]];
    if (label >= 0) votes.set(label, (votes.get(label) ?? 0) + 1);
  }
  let best = { cluster: -1, votes: 0 };
  for (const [cluster, count] of votes) {
    if (count > best.votes || (count === best.votes && cluster < best.cluster)) best = { cluster, votes: count };
  }
  return best;
}
