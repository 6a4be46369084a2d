import type { ClusteredWiki, ClusterRow, PageRow } from '../../../src/pipeline/corpus.js';
import { smallCorpus } from '../tagging.js';
import type { Poison } from './carriers.js';

/** Cluster 0 is attacked, 1 and 2 are not. */
export const ATTACKED = 0;

/**
 * The small corpus as a clustered wiki, with the poisoned pages as the most typical ones of cluster 0.
 * @param harmless how many good pages stay in that cluster
 * @param tail what stands at the end of each of them
 */
export function poisonedWiki(poison: readonly Poison[], harmless = 5, tail = ''): ClusteredWiki {
  const good = smallCorpus().pages.map(({ title, text }, i) =>
    page(
      { page_id: `page-${i}`, title, text: `${text}${Math.floor(i / 5) === ATTACKED ? tail : ''}` },
      Math.floor(i / 5),
    ),
  );
  const bad = poison.map((parts, i) =>
    page({ page_id: `bad-${i}`, title: 'Bread in winter', text: '', ...parts }, ATTACKED),
  );
  const pages = [...bad, ...good.slice(0, harmless), ...good.slice(5)];
  const members = new Map([0, 1, 2].map((id) => [id, pages.flatMap((p, i) => (p.cluster_id === id ? [i] : []))]));
  const clusters = new Map(
    [...members].map(([id, list]) => [
      id,
      cluster(
        id,
        list.map((i) => pages[i]!.page_id),
      ),
    ]),
  );
  return { pages, clusters, members, twins: new Map(), outliers: [] };
}

function page(parts: Pick<PageRow, 'page_id' | 'title' | 'text'> & Poison, cluster_id: number): PageRow {
  const place = { cluster_id, nearest_cluster_id: null, nearest_confidence: 0, probability: 1, fresh: true };
  return { human_tags: [], ...parts, ...place };
}

function cluster(cluster_id: number, representatives: readonly string[]): ClusterRow {
  return { cluster_id, layer: 0, parent_id: null, representatives, tags: null, state: 'new' };
}
