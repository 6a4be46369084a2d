import type { GroupTerms } from './classes.js';

/** What a second and third tag of a group are worth beside the first. */
const RANK_WORTH = [1, 0.6, 0.15];
/** How few the names shall be. */
export interface Thrift {
  /** What a tag must bring, in pages of full quality, to be worth one more name. */
  readonly cost: number;
  /** A group shares a name only where it serves it this well beside its own best one. */
  readonly minShared: number;
}

/**
 * Chooses the wiki's tags: few names that serve many pages well. Greedy maximisation of a submodular worth (the facility
 * location problem; Nemhauser, Wolsey and Fisher 1978): a group is worth its size times the quality of its best tags,
 * each new name costs. Then every group that none of them serves well gets its own best one.
 */
export function chooseVocabulary(groups: readonly GroupTerms[], { cost, minShared }: Thrift): ReadonlySet<number> {
  const places = new Map<number, { group: number; quality: number }[]>();
  for (const [group, { ids, quality }] of groups.entries()) {
    for (let i = 0; i < ids.length; i++) {
      const known = places.get(ids[i]) ?? [];
      known.push({ group, quality: quality[i] });
      places.set(ids[i], known);
    }
  }
  const best: number[][] = groups.map(() => []);
  const gainOf = (term: number): number => {
    let gain = 0;
    for (const { group, quality } of places.get(term) ?? [])
      gain += groups[group].size * (worth(best[group], quality) - worth(best[group]));
    return gain;
  };
  const chosen = new Set<number>();
  const queue = [...places.keys()]
    .map((term) => ({ term, gain: gainOf(term) }))
    .sort((a, b) => a.gain - b.gain || b.term - a.term);
  // Gains only shrink as names are chosen, so a gain computed earlier is a bound: recompute the top one until it stays on top.
  while (queue.length > 0) {
    const top = queue.pop()!;
    const gain = gainOf(top.term);
    if (queue.length > 0 && gain < queue[queue.length - 1].gain) {
      insert(queue, { term: top.term, gain });
      continue;
    }
    if (gain < cost) break;
    chosen.add(top.term);
    for (const { group, quality } of places.get(top.term) ?? []) {
      best[group] = [...best[group], quality].sort((a, b) => b - a).slice(0, RANK_WORTH.length);
    }
  }
  for (const group of groups) {
    let top = -1;
    let known = 0;
    for (let i = 0; i < group.ids.length; i++) if (chosen.has(group.ids[i])) known = Math.max(known, group.quality[i]);
    for (let i = 0; i < group.ids.length; i++) if (top < 0 || group.quality[i] > group.quality[top]) top = i;
    if (top >= 0 && (known === 0 || known < minShared * group.quality[top])) chosen.add(group.ids[top]);
  }
  return chosen;
}

function worth(qualities: readonly number[], more?: number): number {
  const sorted = more === undefined ? qualities : [...qualities, more].sort((a, b) => b - a);
  let sum = 0;
  for (let i = 0; i < Math.min(sorted.length, RANK_WORTH.length); i++) sum += RANK_WORTH[i] * sorted[i];
  return sum;
}

function insert(queue: { term: number; gain: number }[], item: { term: number; gain: number }): void {
  let low = 0;
  let high = queue.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (queue[middle].gain < item.gain || (queue[middle].gain === item.gain && queue[middle].term > item.term))
      low = middle + 1;
    else high = middle;
  }
  queue.splice(low, 0, item);
}
