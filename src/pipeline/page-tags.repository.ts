import { Injectable } from '@nestjs/common';
import { tagKey } from '../common/fold.js';
import { type Queryable, rows } from '../database/rows.js';
import type { TagSuggestion } from '../tagging/types.js';
import type { Run } from './run.js';

export interface NewPageTag {
  readonly pageId: string;
  readonly tag: string;
  readonly confidence: number;
  readonly source: 'cluster' | 'nearest' | 'individual';
  readonly status: 'applied' | 'suggested';
  readonly clusterId: number | null;
}

/** Tags of clusters and pages, as a run writes them. All inside the fenced transaction that the caller holds. */
@Injectable()
export class PageTagsRepository {
  async saveClusterTags(db: Queryable, run: Run, clusterId: number, tags: readonly TagSuggestion[]): Promise<void> {
    await rows(
      db,
      `UPDATE clusters SET tags = $3, label = $4, state = 'tagged' WHERE job_id = $1 AND cluster_id = $2`,
      [run.job_id, clusterId, JSON.stringify(tags), tags[0]?.tag ?? null],
    );
  }

  async setClusterState(db: Queryable, run: Run, clusterId: number, state: 'applied' | 'failed'): Promise<void> {
    await rows(db, 'UPDATE clusters SET state = $3 WHERE job_id = $1 AND cluster_id = $2', [
      run.job_id,
      clusterId,
      state,
    ]);
  }

  /**
   * Replaces the tags of `pageIds` in the run's result, all at once: a reader sees a page's old tags or its new ones. What
   * people decided is no matter of a run: it lies over the result. Gives how many were stored as applied.
   */
  async replace(db: Queryable, run: Run, pageIds: readonly string[], tags: readonly NewPageTag[]): Promise<number> {
    await rows(db, 'DELETE FROM run_tags WHERE version = $1 AND page_id = ANY($2)', [run.job_id, pageIds]);
    const stored = await rows<{ status: string }>(
      db,
      // a page deleted since it was read is skipped by the join
      `INSERT INTO run_tags (version, wiki_id, page_id, tag, tag_key, confidence, source, status, job_id, cluster_id)
       SELECT $2, $1, t.page_id, t.tag, t.tag_key, t.confidence, t.source, t.status, $2, t.cluster_id
         FROM unnest($3::text[], $4::text[], $5::real[], $6::text[], $7::text[], $8::int[], $9::text[])
              AS t (page_id, tag, confidence, source, status, cluster_id, tag_key)
         JOIN pages p ON p.wiki_id = $1 AND p.page_id = t.page_id
       ON CONFLICT (version, page_id, tag_key) DO NOTHING
       RETURNING status`,
      [
        run.wiki_id,
        run.job_id,
        tags.map((t) => t.pageId),
        tags.map((t) => t.tag),
        tags.map((t) => t.confidence),
        tags.map((t) => t.source),
        tags.map((t) => t.status),
        tags.map((t) => t.clusterId),
        tags.map((t) => tagKey(t.tag)),
      ],
    );
    return stored.filter((t) => t.status === 'applied').length;
  }

  /** Notes where outliers were put. */
  async assign(db: Queryable, run: Run, pageIds: readonly string[]): Promise<void> {
    await rows(
      db,
      'UPDATE page_clusters SET assigned_cluster_id = nearest_cluster_id WHERE job_id = $1 AND page_id = ANY($2)',
      [run.job_id, pageIds],
    );
  }
}
