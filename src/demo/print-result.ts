import type { Writable } from 'node:stream';
import type { Job } from '../jobs/jobs.schemas.js';
import type { ApiClient, ClusterView } from './api-client.js';

const SHOWN = 40;

/** Prints the clusters as a tree with their tags and some pages; gives the figures of the summary line. */
export async function printResult(
  api: ApiClient,
  wikiId: number,
  job: Job,
  out: Writable,
): Promise<{ pages: number; clusters: number; outliers: number; tags: number }> {
  const [clusters, pages] = await Promise.all([api.clusters(wikiId), api.export(wikiId)]);
  const below = new Map<number | null, ClusterView[]>();
  for (const cluster of clusters) below.set(cluster.parent_id, [...(below.get(cluster.parent_id) ?? []), cluster]);
  for (const group of below.values()) group.sort((a, b) => b.size - a.size || a.cluster_id - b.cluster_id);
  const lines: string[] = [];
  const visit = (parent: number | null, indent: string): void => {
    for (const cluster of below.get(parent) ?? []) {
      const tags =
        cluster.tags.map(({ tag, confidence }) => `${tag} ${Math.round(confidence * 100)}%`).join(', ') || '(no tags)';
      lines.push(`${indent}${String(cluster.size).padStart(4)} pages  ${tags}`);
      const children = below.get(cluster.cluster_id);
      if (children === undefined)
        lines.push(
          `${indent}            e.g. ${cluster.representatives
            .slice(0, 3)
            .map((page) => page.title)
            .join(' · ')}`,
        );
      else visit(cluster.cluster_id, `${indent}   `);
    }
  };
  visit(null, '');
  const narrowest = clusters.filter((cluster) => !below.has(cluster.cluster_id)).length;
  const outliers = pages.filter((page) => page.cluster_id === null).length;
  const tags = new Set(
    pages.flatMap((page) => page.tags.filter((t) => t.status === 'applied' && t.source !== 'human').map((t) => t.tag)),
  );
  out.write(
    `\n${narrowest} clusters over ${job.progress.pages_fetched} pages, each with its tags and how sure they are:\n\n`,
  );
  out.write(`${lines.slice(0, SHOWN * 2).join('\n')}\n`);
  if (lines.length > SHOWN * 2)
    out.write(`… and ${lines.length - SHOWN * 2} more lines: GET /wikis/${wikiId}/clusters has them all\n`);
  out.write(
    `\n${outliers} pages belong to no cluster; ${job.progress.tags_applied} page-tags of ${tags.size} different tags were applied.\n`,
  );
  return { pages: pages.length, clusters: narrowest, outliers, tags: tags.size };
}
