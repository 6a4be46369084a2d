import pg from 'pg';

/** Of a completed run r: the wiki does not show its result, cannot go back to it, and it is no dry run to be applied. */
const UNNEEDED = `r.status = 'completed' AND NOT EXISTS (SELECT 1 FROM wikis w WHERE w.current_job_id = r.job_id)
     AND NOT EXISTS (SELECT 1 FROM runs later WHERE later.before_job_id = r.job_id) AND NOT (r.dry_run AND r.before_kept)`;

/** What must never be in the database, whatever happened: a query each. */
const ORPHANS = {
  'page-tag of a cluster that is not there': `SELECT 1 FROM run_tags t WHERE cluster_id IS NOT NULL
     AND NOT EXISTS (SELECT 1 FROM clusters c WHERE c.job_id = t.job_id AND c.cluster_id = t.cluster_id)`,
  'page-tag of a page that is not there': `SELECT 1 FROM run_tags t LEFT JOIN pages p USING (wiki_id, page_id) WHERE p.page_id IS NULL`,
  'page-tag in the result of another wiki’s run': `SELECT 1 FROM run_tags t JOIN runs r ON r.job_id = t.version WHERE t.wiki_id <> r.wiki_id`,
  'verdict of a page that is not there': `SELECT 1 FROM page_verdicts v LEFT JOIN pages p USING (wiki_id, page_id) WHERE p.page_id IS NULL`,
  'verdict or rule of a decision that is not there': `SELECT 1 FROM (SELECT decision_id, wiki_id, seq FROM page_verdicts UNION ALL
     SELECT decision_id, wiki_id, seq FROM tag_rules) v LEFT JOIN decisions d USING (decision_id, wiki_id, seq) WHERE d.decision_id IS NULL`,
  'place of a page that is not there': `SELECT 1 FROM page_clusters c LEFT JOIN pages p USING (wiki_id, page_id) WHERE p.page_id IS NULL`,
  'place in a run of another wiki': `SELECT 1 FROM page_clusters c JOIN runs r USING (job_id) WHERE c.wiki_id <> r.wiki_id`,
  'vector of a page that is not there': `SELECT 1 FROM page_vectors v LEFT JOIN pages p USING (wiki_id, page_id) WHERE p.page_id IS NULL`,
  'current run that is not there': `SELECT 1 FROM wikis w WHERE current_job_id IS NOT NULL
     AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.job_id = w.current_job_id AND r.wiki_id = w.wiki_id)`,
  'cluster with a wrong size': `SELECT 1 FROM clusters c JOIN wikis w ON w.current_job_id = c.job_id WHERE c.layer = 0
     AND c.size <> (SELECT count(*) FROM page_clusters p WHERE p.job_id = c.job_id AND p.cluster_id = c.cluster_id)`,
  'page with tags of two runs': `SELECT 1 FROM run_tags GROUP BY version, page_id HAVING count(DISTINCT job_id) > 1`,
  'finished run that somebody holds': `SELECT 1 FROM runs WHERE status IN ('completed', 'failed', 'cancelled') AND (heartbeat_at IS NOT NULL OR completed_at IS NULL)`,
  'places of a run whose result nobody needs': `SELECT 1 FROM page_clusters p JOIN runs r USING (job_id) WHERE ${UNNEEDED}`,
  'tags of a run whose result nobody needs': `SELECT 1 FROM run_tags t JOIN runs r ON r.job_id = t.version WHERE ${UNNEEDED}`,
} as const;

/** Names of the kinds of orphaned rows found; empty where all is well. */
export async function orphans(databaseUrl: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  client.on('error', () => undefined); // killed under us: the query fails too, and says so
  await client.connect();
  try {
    const found: string[] = [];
    for (const [name, query] of Object.entries(ORPHANS))
      if ((await client.query(`${query} LIMIT 1`)).rowCount !== 0) found.push(name);
    return found;
  } finally {
    await client.end();
  }
}
