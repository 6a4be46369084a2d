import type { TagGroup, TaggingCorpus } from '../types.js';

/** Calls that a wiki of 1,000 pages is worth, over all layers; a smaller one gets as many. */
const CALLS_PER_1000_PAGES = 60;

/**
 * The groups that are not asked about, so that the calls of a wiki stay within bounds. Every narrow group has its own
 * call. The broader ones share what is left of the budget, the largest first.
 */
export function beyondBudget({ pages, groups }: TaggingCorpus): ReadonlySet<string> {
  const parents = new Set(groups.map(({ parentKey }) => parentKey));
  const broad = groups.filter(({ key }) => parents.has(key));
  const budget = Math.floor((CALLS_PER_1000_PAGES * Math.max(1000, pages.length)) / 1000);
  const left = Math.max(0, budget - (groups.length - broad.length));
  return new Set(
    broad
      .sort(bySize)
      .slice(left)
      .map(({ key }) => key),
  );
}

function bySize(a: TagGroup, b: TagGroup): number {
  return b.members.length - a.members.length || (a.key < b.key ? -1 : 1);
}
