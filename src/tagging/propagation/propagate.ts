import { fold, foldedWords } from '../../common/fold.js';
import type { PageWeighing, TagEvidence, TagSource, TagSuggestion } from '../types.js';
import { saidBy } from './said.js';
import { byMembership, clamp } from './weigh.js';

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
  /** 0 … 1: for `cluster` the membership probability, for `nearest` how near, for `individual` 1. */
  readonly strength: number;
  readonly humanTags: readonly string[];
  readonly title: string;
  readonly text: string;
}

export interface PageTag {
  readonly pageIndex: number;
  readonly tag: string;
  /** 0 … 1: what the weighing makes of the evidence. */
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
 * @param weigh makes confidences of the evidence: the tagger's own way
 */
export function propagateToPage(
  page: PropagationPage,
  tagsOf: ReadonlyMap<string, readonly TagSuggestion[]>,
  autoApplyThreshold: number,
  weigh: PageWeighing = byMembership,
): PageTag[] {
  const candidates = candidatesOf(page, tagsOf);
  const confidences = weigh(candidates.map(({ evidence }) => evidence));
  const rows = new Map<string, PageTag>();
  for (const [i, { key, tag, groupKey }] of candidates.entries()) {
    const known = rows.get(key);
    const confidence = clamp(confidences[i]);
    if (known !== undefined && known.confidence >= confidence) continue;
    const status = confidence >= autoApplyThreshold ? 'applied' : 'suggested';
    const { pageIndex, source } = page;
    rows.set(key, { pageIndex, tag: known?.tag ?? tag, confidence, source, status, groupKey });
  }
  return [...rows.values()];
}

interface Candidate {
  readonly key: string;
  readonly tag: string;
  readonly groupKey: string;
  readonly evidence: TagEvidence;
}

/** The tags that the page can get, narrow ones first. */
function candidatesOf(page: PropagationPage, tagsOf: ReadonlyMap<string, readonly TagSuggestion[]>): Candidate[] {
  const human = new Set(page.humanTags.map(fold));
  const isSaid = saidBy(page);
  const candidates: Candidate[] = [];
  for (const groupKey of page.groupKeys) {
    const keys = new Set(candidates.map(({ key }) => key));
    const narrower = new Set(candidates.flatMap(({ tag }) => foldedWords(tag)));
    for (const [rank, { tag, confidence }] of (tagsOf.get(groupKey) ?? []).entries()) {
      const key = fold(tag);
      if (key === '' || human.has(key)) continue;
      if (!keys.has(key) && key.split(' ').some((word) => narrower.has(word))) continue;
      const evidence = {
        groupConfidence: clamp(confidence),
        source: page.source,
        strength: clamp(page.strength),
        said: isSaid(tag),
        first: rank === 0 && groupKey === page.groupKeys[0],
      };
      candidates.push({ key, tag, groupKey, evidence });
    }
  }
  return candidates;
}
