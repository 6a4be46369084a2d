import type { DecisionRequest, ReviewItem } from '../api/types';

export type Scope = 'page' | 'cluster' | 'wiki';

export const SCOPES: readonly { readonly scope: Scope; readonly label: string }[] = [
  { scope: 'page', label: 'this page' },
  { scope: 'cluster', label: 'all pages of its cluster' },
  { scope: 'wiki', label: 'the whole wiki' },
];

/** What a decision about an item names, for its scope. A page of no cluster stands for itself. */
export function scoped(scope: Scope, item: ReviewItem): Pick<DecisionRequest, 'page_id' | 'cluster_id'> {
  if (scope === 'wiki') return {};
  if (scope === 'cluster' && item.cluster_id !== null) return { cluster_id: item.cluster_id };
  return { page_id: item.page_id };
}
