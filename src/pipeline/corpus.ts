import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { rows } from '../database/rows.js';
import type { TagGroup, TaggingCorpus, TagSuggestion } from '../tagging/types.js';
import type { Run } from './run.js';

export interface ClusterRow {
  readonly cluster_id: number;
  readonly layer: number;
  readonly parent_id: number | null;
  readonly representatives: readonly string[];
  readonly tags: TagSuggestion[] | null;
  readonly state: 'new' | 'tagged' | 'applied' | 'failed';
}

export interface PageRow {
  readonly page_id: string;
  readonly title: string;
  readonly text: string;
  readonly human_tags: readonly string[];
  readonly cluster_id: number | null;
  readonly nearest_cluster_id: number | null;
  readonly nearest_confidence: number;
  readonly probability: number;
  readonly fresh: boolean;
}

/** A clustered wiki as the tagger and the propagation see it: pages by index, clusters with their members. */
export interface ClusteredWiki {
  readonly pages: readonly PageRow[];
  readonly clusters: ReadonlyMap<number, ClusterRow>;
  /** Page indices of each cluster; a cluster of a broader layer holds those of the clusters below it. */
  readonly members: ReadonlyMap<number, readonly number[]>;
  /** Broader clusters that hold one cluster only: the narrowest of the same pages, whose tags are theirs too. */
  readonly twins: ReadonlyMap<number, number>;
  /** Indices of the pages in no cluster. */
  readonly outliers: readonly number[];
}

export const keyOfCluster = (clusterId: number) => `cluster ${clusterId}`;

/** Reads what a run's clustering left, in canonical order. */
@Injectable()
export class CorpusReader {
  constructor(private readonly db: DataSource) {}

  async read(run: Run): Promise<ClusteredWiki> {
    const clusters = await rows<ClusterRow>(
      this.db,
      'SELECT cluster_id, layer, parent_id, representatives, tags, state FROM clusters WHERE job_id = $1 ORDER BY cluster_id',
      [run.job_id],
    );
    const pages = await rows<PageRow>(
      this.db,
      `SELECT p.page_id, p.title, p.text, p.human_tags, c.cluster_id, c.nearest_cluster_id, c.nearest_confidence, c.probability, c.fresh
         FROM page_clusters c JOIN pages p ON p.wiki_id = c.wiki_id AND p.page_id = c.page_id
        WHERE c.job_id = $1 ORDER BY p.page_id`,
      [run.job_id],
    );
    const byId = new Map(clusters.map((c) => [c.cluster_id, c]));
    const members = new Map<number, number[]>(clusters.map((c) => [c.cluster_id, []]));
    pages.forEach((page, index) => {
      for (const id of pathUp(page.cluster_id, byId)) members.get(id)?.push(index);
    });
    return {
      pages,
      clusters: byId,
      members,
      twins: twinsOf(clusters),
      outliers: pages.flatMap((page, i) => (page.cluster_id === null ? [i] : [])),
    };
  }
}

/** A cluster and all above it, narrowest first. */
export function pathUp(clusterId: number | null, clusters: ReadonlyMap<number, ClusterRow>): number[] {
  const path: number[] = [];
  for (let id = clusterId; id !== null; id = clusters.get(id)?.parent_id ?? null) path.push(id);
  return path;
}

/** For each cluster with just one below it, the narrowest of the same pages. */
export function twinsOf(clusters: readonly Pick<ClusterRow, 'cluster_id' | 'parent_id'>[]): Map<number, number> {
  const below = new Map<number, number[]>();
  for (const { cluster_id, parent_id } of clusters)
    if (parent_id !== null) below.set(parent_id, [...(below.get(parent_id) ?? []), cluster_id]);
  const twins = new Map<number, number>();
  for (const { cluster_id } of clusters) {
    let narrowest = cluster_id;
    for (let only = below.get(narrowest); only?.length === 1; only = below.get(narrowest)) narrowest = only[0]!;
    if (narrowest !== cluster_id) twins.set(cluster_id, narrowest);
  }
  return twins;
}

/** What the tagger gets: every cluster but the twins as a group, and the single pages in `alone` as groups of one. */
export function taggingCorpus(
  wiki: ClusteredWiki,
  alone: readonly number[] = [],
): TaggingCorpus & { readonly groups: readonly TagGroup[] } {
  const indexOf = new Map(wiki.pages.map((page, i) => [page.page_id, i]));
  // a low outlier_threshold can leave a cluster without members: it is then about the pages that it is nearest to
  const near = new Map<number, number[]>([...wiki.clusters.keys()].map((id) => [id, []]));
  for (const i of wiki.outliers)
    for (const id of pathUp(wiki.pages[i]!.nearest_cluster_id, wiki.clusters)) near.get(id)?.push(i);
  const pagesOf = (id: number) => [wiki.members.get(id), near.get(id)].find((list) => list?.length) ?? [];
  const groups: TagGroup[] = [...wiki.clusters.values()]
    .filter((cluster) => !wiki.twins.has(cluster.cluster_id))
    .map((cluster) => {
      const broader = pathUp(cluster.parent_id, wiki.clusters).find((id) => !wiki.twins.has(id));
      return {
        key: keyOfCluster(cluster.cluster_id),
        members: pagesOf(cluster.cluster_id),
        representatives: cluster.representatives.flatMap((id) => indexOf.get(id) ?? []),
        parentKey: broader === undefined ? null : keyOfCluster(broader),
      };
    });
  for (const index of alone)
    groups.push({ key: keyOfPage(index), members: [index], representatives: [index], parentKey: null });
  return { pages: wiki.pages.map((p) => ({ title: p.title, text: p.text, humanTags: p.human_tags })), groups };
}

export const keyOfPage = (index: number) => `page ${index}`;
