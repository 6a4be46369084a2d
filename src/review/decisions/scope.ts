import { Problem } from '../../common/problem.js';
import { type Queryable, rows } from '../../database/rows.js';
import { noSuchCluster } from '../../wiki/results.repository.js';
import type { NewDecision } from './decisions.schemas.js';

/** What a decision is about. `pageIds` null: the whole wiki. */
export interface Scope {
  readonly pageIds: readonly string[] | null;
  /** The run whose cluster it is about. */
  readonly jobId: string | null;
}

/** @throws {Problem} page_not_found, cluster_not_found */
export async function scopeOf(
  db: Queryable,
  wikiId: number,
  currentJob: string | null,
  { page_id, cluster_id }: Pick<NewDecision, 'page_id' | 'cluster_id'>,
): Promise<Scope> {
  if (page_id !== undefined) {
    const found = await rows(db, 'SELECT 1 FROM pages WHERE wiki_id = $1 AND page_id = $2', [wikiId, page_id]);
    if (found.length > 0) return { pageIds: [page_id], jobId: null };
    throw new Problem(
      'page_not_found',
      `Wiki ${wikiId} has no page '${page_id}'. List them: GET /wikis/${wikiId}/pages.`,
    );
  }
  if (cluster_id === undefined) return { pageIds: null, jobId: null };
  if (currentJob === null) throw noSuchCluster(cluster_id);
  return { pageIds: await pagesOfCluster(db, currentJob, cluster_id), jobId: currentJob };
}

/** The members of a cluster and of those below it, and the outliers that were put to these. @throws {Problem} cluster_not_found */
async function pagesOfCluster(db: Queryable, jobId: string, clusterId: number): Promise<string[]> {
  const found = await rows<{ page_id: string | null }>(
    db,
    `WITH RECURSIVE below AS (
       SELECT cluster_id FROM clusters WHERE job_id = $1 AND cluster_id = $2
       UNION ALL
       SELECT c.cluster_id FROM clusters c JOIN below ON c.parent_id = below.cluster_id WHERE c.job_id = $1
     )
     SELECT pc.page_id FROM below LEFT JOIN page_clusters pc
         ON pc.job_id = $1 AND coalesce(pc.cluster_id, pc.assigned_cluster_id) = below.cluster_id`,
    [jobId, clusterId],
  );
  if (found.length === 0) throw noSuchCluster(clusterId);
  return found.flatMap(({ page_id }) => page_id ?? []);
}
