import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type List, listFrom } from '../../common/cursor.js';
import { Problem } from '../../common/problem.js';
import { rows } from '../../database/rows.js';
import type { Run } from '../../pipeline/run.js';
import type { DiffPage, DiffQuery, DiffTotals } from './diff.schemas.js';

export type Diff = List<'pages', DiffPage> & { readonly totals: DiffTotals };

/** Compares the result of a run with the one before it, both as people's decisions have them now. */
@Injectable()
export class DiffRepository {
  constructor(private readonly db: DataSource) {}

  /** Published pages whose tags differ, by page_id. @throws {Problem} run_without_diff */
  async of(run: Run, { limit, cursor }: DiffQuery): Promise<Diff> {
    if (run.completed_at === null || !run.before_kept) throw withoutDiff(run);
    const [found] = await rows<{ pages: DiffPage[] | null; totals: DiffTotals }>(this.db, DIFF_SQL, [
      ...[run.wiki_id, run.before_job_id ?? '', run.job_id, cursor ?? '', limit + 1],
    ]);
    return { ...listFrom('pages', found!.pages ?? [], limit, (page) => page.page_id), totals: found!.totals };
  }
}

/** $1 the wiki, $2 and $3 the versions before and after, $4 the page_id to go on after, $5 how many. */
const DIFF_SQL = `
  WITH before AS (
    SELECT page_id, tag_key, tag, confidence, status FROM version_tags WHERE wiki_id = $1 AND version = $2 AND status <> 'rejected'
  ), after AS (
    SELECT page_id, tag_key, tag, confidence, status FROM version_tags WHERE wiki_id = $1 AND version = $3 AND status <> 'rejected'
  ), difference AS (
    SELECT page_id, coalesce(a.tag, b.tag) AS tag,
           CASE WHEN b.tag IS NULL THEN 'added' WHEN a.tag IS NULL THEN 'removed' ELSE 'changed' END AS kind,
           b.confidence AS old_confidence, b.status AS old_status, a.confidence, a.status
      FROM before b FULL JOIN after a USING (page_id, tag_key)
     WHERE (b.tag, b.status) IS DISTINCT FROM (a.tag, a.status) OR abs(b.confidence - a.confidence) >= 0.01
  ), changes AS (
    SELECT p.page_id, p.title, d.tag, d.kind, d.old_confidence, d.old_status, d.confidence, d.status
      FROM difference d JOIN pages p ON p.wiki_id = $1 AND p.page_id = d.page_id WHERE p.published
  ), listed AS (
    SELECT page_id, title,
           coalesce(json_agg(json_build_object('tag', tag, 'confidence', confidence, 'status', status)
             ORDER BY confidence DESC, tag) FILTER (WHERE kind = 'added'), '[]') AS added,
           coalesce(json_agg(json_build_object('tag', tag, 'confidence', old_confidence, 'status', old_status)
             ORDER BY old_confidence DESC, tag) FILTER (WHERE kind = 'removed'), '[]') AS removed,
           coalesce(json_agg(json_build_object('tag', tag,
             'from', json_build_object('confidence', old_confidence, 'status', old_status),
             'to', json_build_object('confidence', confidence, 'status', status))
             ORDER BY confidence DESC, tag) FILTER (WHERE kind = 'changed'), '[]') AS changed
      FROM changes WHERE page_id > $4 GROUP BY page_id, title ORDER BY page_id LIMIT $5
  )
  SELECT (SELECT json_agg(listed ORDER BY page_id) FROM listed) AS pages,
         json_build_object('pages_changed', count(DISTINCT page_id), 'tags_added', count(*) FILTER (WHERE kind = 'added'),
           'tags_removed', count(*) FILTER (WHERE kind = 'removed'), 'tags_changed', count(*) FILTER (WHERE kind = 'changed')) AS totals
    FROM changes`;

function withoutDiff({ completed_at, undone_at, pages_fetched }: Run): Problem {
  const reason =
    completed_at === null
      ? 'The run has not ended. Wait for its end; GET …/{job_id}/events tells of it.'
      : undone_at !== null
        ? 'The run was undone: nothing is left of what it changed.'
        : pages_fetched > 0
          ? 'The run changed nothing before it ended, or a later run has replaced its result or the one before it.'
          : 'The run ended before it had read the wiki.';
  return new Problem('run_without_diff', reason);
}
