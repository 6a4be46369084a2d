import { type Queryable, rows } from '../database/rows.js';
import { addToOutbox } from '../webhooks/outbox.js';
import { describeJob } from './describe-job.js';
import type { Run, RunError } from './run.js';

/** A message stays small whatever happened: so many errors, each of so many characters. The job has them all. */
const SHOWN_ERRORS = 20;
const SHOWN_CHARACTERS = 300;

/**
 * Tells the run's `callback_url`, where it has one, that the run has ended: puts the job as it stands into the outbox. Call
 * it in the transaction that ends the run, after all its other writes. `data.errors_total` counts the errors, of which
 * `data.errors` has the first.
 */
export async function announceEnd(db: Queryable, jobId: string): Promise<void> {
  const [run] = await rows<Run>(db, 'SELECT * FROM runs WHERE job_id = $1', [jobId]);
  if (run?.callback_url == null) return;
  const errors = await rows<RunError & { total: number }>(
    db,
    `SELECT cluster_id, stage, left(error, ${SHOWN_CHARACTERS}) AS error, (count(*) OVER ())::int AS total
       FROM run_errors WHERE job_id = $1 ORDER BY seq LIMIT ${SHOWN_ERRORS}`,
    [jobId],
  );
  const job = describeJob(
    run,
    errors.map(({ total: _, ...error }) => error),
    null,
  );
  await addToOutbox(db, {
    wiki_id: run.wiki_id,
    job_id: jobId,
    url: run.callback_url,
    type: `cluster_tag_wiki.${run.status}`,
    timestamp: job.completed_at ?? new Date().toISOString(),
    data: { ...job, errors_total: errors[0]?.total ?? 0 },
  });
}
