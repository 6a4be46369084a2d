import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type List, listFrom } from '../common/cursor.js';
import { Problem } from '../common/problem.js';
import { rows } from '../database/rows.js';
import type { PageListQuery } from './schemas/page.js';
import type { Cluster, ClusterListQuery, ClusterPage, TagCount, TagListQuery } from './schemas/results.js';
import { clusterAsDecided, tagRulesOf } from './tag-rules.js';

/** What runs made of a wiki: read here, written by the pipeline. */
@Injectable()
export class ResultsRepository {
  constructor(private readonly db: DataSource) {}

  /** The clusters of a run, by cluster_id, named as people decided. Sizes are counted now, so that a deleted or unpublished page does not count. */
  async clusters(jobId: string, { limit, cursor }: ClusterListQuery): Promise<List<'clusters', Cluster>> {
    const found = await rows<Cluster>(
      this.db,
      `WITH RECURSIVE own AS (
         SELECT pc.cluster_id, count(*) AS pages
           FROM page_clusters pc JOIN pages p USING (wiki_id, page_id)
          WHERE pc.job_id = $1 AND pc.cluster_id IS NOT NULL AND p.published GROUP BY pc.cluster_id
       ), up AS (
         SELECT own.cluster_id, own.pages FROM own
         UNION ALL
         SELECT c.parent_id, up.pages FROM up JOIN clusters c ON c.job_id = $1 AND c.cluster_id = up.cluster_id
          WHERE c.parent_id IS NOT NULL
       ), sizes AS (SELECT cluster_id, sum(pages)::int AS size FROM up GROUP BY cluster_id)
       SELECT c.cluster_id, c.label, coalesce(s.size, 0) AS size, coalesce(c.tags, '[]') AS tags,
              coalesce(r.representatives, '[]') AS representatives, c.persistence, c.layer, c.parent_id, c.job_id
         FROM clusters c LEFT JOIN sizes s USING (cluster_id) LEFT JOIN LATERAL (
           SELECT json_agg(json_build_object('page_id', p.page_id, 'title', p.title) ORDER BY wanted.rank) AS representatives
             FROM runs JOIN pages p USING (wiki_id)
             JOIN unnest(c.representatives) WITH ORDINALITY AS wanted (page_id, rank) ON wanted.page_id = p.page_id
            WHERE runs.job_id = $1 AND p.published
         ) r ON true
        WHERE c.job_id = $1 AND c.cluster_id > $2 ORDER BY c.cluster_id LIMIT $3`,
      [jobId, cursor ?? -1, limit + 1],
    );
    const rules = await tagRulesOf(this.db, jobId);
    return listFrom(
      'clusters',
      found.map((cluster) => clusterAsDecided(cluster, rules)),
      limit,
      (cluster) => cluster.cluster_id,
    );
  }

  /** The published pages of a cluster of any layer, by page_id. @throws {Problem} cluster_not_found */
  async clusterPages(
    jobId: string,
    clusterId: number,
    { limit, cursor }: PageListQuery,
  ): Promise<List<'pages', ClusterPage>> {
    const found = await rows<ClusterPage>(
      this.db,
      `WITH RECURSIVE below AS (
         SELECT cluster_id FROM clusters WHERE job_id = $1 AND cluster_id = $2
         UNION ALL
         SELECT c.cluster_id FROM clusters c JOIN below ON c.parent_id = below.cluster_id WHERE c.job_id = $1
       )
       SELECT p.page_id, p.title, pc.cluster_id, pc.probability, pc.outlier_score
         FROM below JOIN page_clusters pc ON pc.job_id = $1 AND pc.cluster_id = below.cluster_id
         JOIN pages p USING (wiki_id, page_id)
        WHERE p.published AND pc.page_id > $3 ORDER BY pc.page_id LIMIT $4`,
      [jobId, clusterId, cursor ?? '', limit + 1],
    );
    if (found.length === 0) await this.assertCluster(jobId, clusterId);
    return listFrom('pages', found, limit, (page) => page.page_id);
  }

  private async assertCluster(jobId: string, clusterId: number): Promise<void> {
    const found = await rows(this.db, 'SELECT 1 FROM clusters WHERE job_id = $1 AND cluster_id = $2', [
      jobId,
      clusterId,
    ]);
    if (found.length === 0) throw noSuchCluster(clusterId);
  }

  /** Every tag that is applied or suggested, or given by people, the most used first; rejected ones are left out. */
  async tags(wikiId: number, { limit, cursor }: TagListQuery): Promise<List<'tags', TagCount>> {
    const found = await rows<TagCount>(
      this.db,
      `WITH uses AS (
         SELECT t.tag, p.page_id, true AS human, 'applied' AS status
           FROM pages p CROSS JOIN unnest(p.human_tags) AS t (tag) WHERE p.wiki_id = $1 AND p.published
         UNION ALL
         SELECT t.tag, t.page_id, false, t.status FROM page_tags t JOIN pages p USING (wiki_id, page_id)
          WHERE t.wiki_id = $1 AND p.published AND t.status <> 'rejected'
       ), counted AS (
         SELECT tag COLLATE "C" AS tag, count(DISTINCT page_id) FILTER (WHERE status = 'applied')::int AS pages,
                count(DISTINCT page_id) FILTER (WHERE status = 'suggested')::int AS suggested_pages,
                count(DISTINCT page_id) FILTER (WHERE human)::int AS human_pages
           FROM uses GROUP BY tag COLLATE "C"
       )
       SELECT * FROM counted
        WHERE $2::int IS NULL OR pages < $2 OR (pages = $2 AND tag > $3)
        ORDER BY pages DESC, tag LIMIT $4`,
      [wikiId, cursor?.[0] ?? null, cursor?.[1] ?? null, limit + 1],
    );
    return listFrom('tags', found, limit, (tag) => [tag.pages, tag.tag]);
  }
}

export function noSuchCluster(clusterId: number): Problem {
  return new Problem(
    'cluster_not_found',
    `The wiki’s current run has no cluster ${clusterId}. GET …/clusters lists them.`,
  );
}
