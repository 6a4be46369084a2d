import { propagateToPage } from '../tagging/propagation/propagate.js';
import type { PageWeighing, TagSuggestion } from '../tagging/types.js';
import { keyOfCluster, type PageRow } from './corpus.js';
import type { NewPageTag } from './page-tags.repository.js';
import type { Run } from './run.js';

/** A page that nothing is near to gets no tag rather than one that nobody is sure of. */
const LEAST_CONFIDENCE = 0.01;

/** The tags that a page gets from its clusters. `path`: its own cluster first, then each broader one. */
export function tagsOfPage(
  page: PageRow,
  path: readonly number[],
  tagsOf: ReadonlyMap<number, readonly TagSuggestion[]>,
  source: 'cluster' | 'nearest',
  strength: number,
  run: Run,
  weigh: PageWeighing,
): NewPageTag[] {
  const byKey = new Map(path.flatMap((id) => (tagsOf.has(id) ? [[keyOfCluster(id), tagsOf.get(id)!] as const] : [])));
  const clusterOf = new Map(path.map((id) => [keyOfCluster(id), id]));
  const given = {
    pageIndex: 0,
    groupKeys: [...byKey.keys()],
    source,
    strength,
    humanTags: page.human_tags,
    title: page.title,
    text: page.text,
  };
  const tags = propagateToPage(given, byKey, run.options.auto_apply_threshold, weigh);
  return tags
    .filter((t) => t.confidence >= LEAST_CONFIDENCE)
    .map(({ tag, confidence, status, groupKey }) => ({
      pageId: page.page_id,
      tag,
      confidence,
      source,
      status,
      clusterId: clusterOf.get(groupKey) ?? null,
    }));
}

/** The tags of a page that was tagged on its own. */
export function tagsOfSinglePage(
  page: PageRow,
  tags: readonly TagSuggestion[],
  run: Run,
  weigh: PageWeighing,
): NewPageTag[] {
  const given = {
    pageIndex: 0,
    groupKeys: ['page'],
    source: 'individual' as const,
    strength: 1,
    humanTags: page.human_tags,
    title: page.title,
    text: page.text,
  };
  return propagateToPage(given, new Map([['page', tags]]), run.options.auto_apply_threshold, weigh).map(
    ({ tag, confidence, status }) => ({
      pageId: page.page_id,
      tag,
      confidence,
      source: 'individual',
      status,
      clusterId: null,
    }),
  );
}
