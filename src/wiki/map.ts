import type { DataSource } from 'typeorm';
import { pageLines } from './page-lines.js';

/**
 * Where a run put each published page, as a line of NDJSON. Of one run, whatever becomes current meanwhile: positions of
 * two runs do not belong in one picture.
 */
export const mapLines = (db: DataSource, jobId: string): AsyncGenerator<string> =>
  pageLines(db, BATCH_SQL, jobId, 5000);

const BATCH_SQL = `
  SELECT pc.page_id, pc.x, pc.y, pc.cluster_id
    FROM page_clusters pc JOIN pages p USING (wiki_id, page_id)
   WHERE pc.job_id = $1 AND pc.page_id > $2 AND p.published AND pc.x IS NOT NULL
   ORDER BY pc.page_id LIMIT $3`;
