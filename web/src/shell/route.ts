import { useSyncExternalStore } from 'react';

export const VIEWS = [
  { view: 'run', label: 'Run' },
  { view: 'map', label: 'Map' },
  { view: 'clusters', label: 'Clusters' },
  { view: 'review', label: 'Review' },
  { view: 'search', label: 'Search' },
  { view: 'exchange', label: 'Connect & write' },
] as const;

export type View = (typeof VIEWS)[number]['view'];

export interface Route {
  readonly wikiId: number | null;
  readonly view: View;
  /** What follows the view in the address, such as the cluster to show: letters and digits, never encoded. */
  readonly item: string | null;
}

/** Where a view is: `#/wiki/3/clusters/12`. The hash, because the server knows one address alone. */
export const hrefOf = (wikiId: number, view: View, item?: number): string =>
  `#/wiki/${wikiId}/${view}${item === undefined ? '' : `/${item}`}`;

export const goTo = (href: string): void => {
  location.hash = href;
};

function parse(hash: string): Route {
  const [, id, view, item] = /^#\/wiki\/(\d+)(?:\/(\w+))?(?:\/([\w-]+))?/.exec(hash) ?? [];
  if (id === undefined) return { wikiId: null, view: 'run', item: null };
  const known = VIEWS.find((candidate) => candidate.view === view);
  return { wikiId: Number(id), view: known?.view ?? 'run', item: item ?? null };
}

function subscribe(changed: () => void): () => void {
  window.addEventListener('hashchange', changed);
  return () => window.removeEventListener('hashchange', changed);
}

export function useRoute(): Route {
  return parse(useSyncExternalStore(subscribe, () => location.hash));
}
