import { Injectable } from '@nestjs/common';
import { type Queryable, rows } from '../database/rows.js';
import type { Run } from './run.js';

/**
 * The results of runs: clusters, places and tags of each for itself. A wiki shows one of them, `wikis.current_job_id`. Kept
 * are that, the one that was shown before it, and that of the last dry run.
 */
@Injectable()
export class VersionsRepository {
  /**
   * Opens the result of `run` with the tags that the wiki has, for the run to replace page by page, and makes it the
   * current one, but not of a dry run. Done again after a crash it begins anew, from what was before the run.
   */
  async open(db: Queryable, run: Run): Promise<void> {
    await rows(
      db,
      `UPDATE runs r SET before_kept = true,
              before_job_id = CASE WHEN w.current_job_id = r.job_id THEN r.before_job_id ELSE w.current_job_id END
         FROM wikis w WHERE r.job_id = $1 AND w.wiki_id = r.wiki_id`,
      [run.job_id],
    );
    await rows(db, 'DELETE FROM run_tags WHERE version = $1', [run.job_id]);
    await rows(
      db,
      `INSERT INTO run_tags (version, wiki_id, page_id, tag, tag_key, confidence, source, status, job_id, cluster_id)
       SELECT r.job_id, t.wiki_id, t.page_id, t.tag, t.tag_key, t.confidence, t.source, t.status, t.job_id, t.cluster_id
         FROM runs r JOIN run_tags t ON t.version = r.before_job_id WHERE r.job_id = $1`,
      [run.job_id],
    );
    if (!run.dry_run) await this.show(db, run.wiki_id, run.job_id);
  }

  /** Makes the result of a run the one that the wiki shows; null: none. */
  async show(db: Queryable, wikiId: number, jobId: string | null): Promise<void> {
    await rows(db, 'UPDATE wikis SET current_job_id = $2 WHERE wiki_id = $1', [wikiId, jobId]);
  }

  /** Deletes the results of the wiki's runs, but for those of `kept` and, for each of these, the one before it. */
  async keepOnly(db: Queryable, wikiId: number, kept: readonly string[]): Promise<void> {
    const found = await rows<{ job_id: string }>(
      db,
      `SELECT job_id FROM runs WHERE wiki_id = $1 AND (job_id = ANY($2)
          OR job_id IN (SELECT before_job_id FROM runs WHERE wiki_id = $1 AND job_id = ANY($2)))`,
      [wikiId, kept],
    );
    const all = found.map(({ job_id }) => job_id);
    await rows(db, 'DELETE FROM run_tags WHERE wiki_id = $1 AND version <> ALL($2)', [wikiId, all]);
    await rows(db, 'DELETE FROM page_clusters WHERE wiki_id = $1 AND job_id <> ALL($2)', [wikiId, all]);
    await rows(
      db,
      // a page whose cluster failed keeps the tags of an earlier run, and with them that run's clusters
      `DELETE FROM clusters c USING runs r WHERE r.job_id = c.job_id AND r.wiki_id = $1 AND r.job_id <> ALL($2)
          AND NOT EXISTS (SELECT 1 FROM run_tags t WHERE t.job_id = c.job_id AND t.cluster_id IS NOT NULL)`,
      [wikiId, all],
    );
    await rows(
      db,
      `UPDATE runs SET before_kept = false, before_job_id = NULL
        WHERE wiki_id = $1 AND before_kept AND (job_id <> ALL($2) OR before_job_id <> ALL($2))`,
      [wikiId, all],
    );
  }
}
