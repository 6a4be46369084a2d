import type { DataSource } from 'typeorm';
import { pageLines } from './page-lines.js';

/** Every published page of a wiki as a line of NDJSON. Each shows old clusters and tags or new ones, never a mix. */
export const exportLines = (db: DataSource, wikiId: number): AsyncGenerator<string> =>
  pageLines(db, BATCH_SQL, wikiId, 500);

const BATCH_SQL = `
  WITH RECURSIVE job AS (
    SELECT current_job_id AS id FROM wikis WHERE wiki_id = $1
  ), paths AS (
    SELECT c.cluster_id, ARRAY[c.cluster_id] AS path FROM clusters c JOIN job ON c.job_id = job.id WHERE c.parent_id IS NULL
    UNION ALL
    SELECT c.cluster_id, paths.path || c.cluster_id
      FROM job JOIN clusters c ON c.job_id = job.id JOIN paths ON c.parent_id = paths.cluster_id
  ), batch AS (
    SELECT page_id, title, human_tags FROM pages
     WHERE wiki_id = $1 AND published AND page_id > $2 ORDER BY page_id LIMIT $3
  )
  SELECT b.page_id, b.title, pc.cluster_id, pc.assigned_cluster_id, coalesce(paths.path, '{}') AS cluster_path,
         pc.probability, pc.outlier_score, coalesce(t.tags, '[]') AS tags
    FROM batch b
    LEFT JOIN page_clusters pc ON pc.job_id = (SELECT id FROM job) AND pc.page_id = b.page_id
    LEFT JOIN paths ON paths.cluster_id = pc.cluster_id
    LEFT JOIN LATERAL (
      SELECT json_agg(json_build_object('tag', tag, 'confidence', confidence, 'source', source, 'status', status,
                                        'cluster_id', cluster_id, 'job_id', job_id) ORDER BY human DESC, place, confidence DESC, tag) AS tags
        FROM (
          SELECT tag, 1::real AS confidence, 'human' AS source, 'applied' AS status, NULL::int AS cluster_id,
                 NULL AS job_id, true AS human, place
            FROM unnest(b.human_tags) WITH ORDINALITY AS h (tag, place)
          UNION ALL
          SELECT tag, confidence, source, status, cluster_id, job_id, false, 0 FROM page_tags
           WHERE wiki_id = $1 AND page_id = b.page_id
        ) every_tag
    ) t ON true
   ORDER BY b.page_id`;
