import type { TagSuggestion } from '../types.js';
import { fold, foldedWords } from '../vocabulary/fold.js';

type TagSource = 'cluster' | 'nearest' | 'individual';
type TagStatus = 'applied' | 'suggested';

/** One page with the groups whose tags it gets. */
export interface PropagationPage {
  readonly pageIndex: number;
  /**
   * Keys of its groups, its own first, then each broader one. A page given to its nearest cluster has that cluster's
   * keys; one handled individually has its own one-page group.
   */
  readonly groupKeys: readonly string[];
  readonly source: TagSource;
  /**
   * 0 … 1: for `cluster` the membership probability, for `nearest` how near, for `individual` 1. Tag confidence is
   * multiplied by it, for `cluster` by `firmness` of it.
   */
  readonly strength: number;
  readonly humanTags: readonly string[];
}

export interface PageTag {
  readonly pageIndex: number;
  readonly tag: string;
  /** 0 … 1: tag confidence times strength. */
  readonly confidence: number;
  readonly source: TagSource;
  readonly status: TagStatus;
  /** The group that gave the tag. */
  readonly groupKey: string;
}

/**
 * Gives one page the tags of its groups. Narrow tags come first; a tag of a broader group that shares a word with a tag
 * the page has already is left out, one that folds to the same name only raises the confidence. A tag that the page has
 * by hand is never given again.
 *
 * @param tagsOf tags by group key; groups that failed are absent
 * @param autoApplyThreshold from this confidence on a tag is applied, below it is suggested
 */
export function propagateToPage(
  page: PropagationPage,
  tagsOf: ReadonlyMap<string, readonly TagSuggestion[]>,
  autoApplyThreshold: number,
): PageTag[] {
  const weight = page.source === 'cluster' ? firmness(page.strength) : clamp(page.strength);
  const human = new Set(page.humanTags.map(fold));
  const rows = new Map<string, PageTag>();
  for (const groupKey of page.groupKeys) {
    const narrower = new Set([...rows.values()].flatMap(({ tag }) => foldedWords(tag)));
    for (const { tag, confidence: groupConfidence } of tagsOf.get(groupKey) ?? []) {
      const key = fold(tag);
      if (key === '' || human.has(key)) continue;
      const known = rows.get(key);
      if (known === undefined && key.split(' ').some((word) => narrower.has(word))) continue;
      const confidence = clamp(groupConfidence) * weight;
      if (known !== undefined && known.confidence >= confidence) continue;
      const status = confidence >= autoApplyThreshold ? 'applied' : 'suggested';
      rows.set(key, {
        pageIndex: page.pageIndex,
        tag: known?.tag ?? tag,
        confidence,
        source: page.source,
        status,
        groupKey,
      });
    }
  }
  return [...rows.values()];
}

/**
 * How much of a cluster's confidence a member keeps, .85 … 1, from its membership probability. Measured on wikis tagged by
 * people: with HDBSCAN's probability members at .2 hold their cluster's main human tag as often as members at 1; with the
 * share of neighbours in the cluster only those below .3 do so clearly less often. A plain product would leave most pages of
 * good clusters with suggestions only.
 */
export function firmness(probability: number): number {
  return Math.min(1, 0.85 + 0.5 * clamp(probability));
}

function clamp(value: number): number {
  return Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : 0;
}
