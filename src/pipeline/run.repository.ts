import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { withRetries } from '../common/retries.js';
import { withoutSecrets } from '../common/secrets.js';
import { CONFIG, type Config } from '../config/config.js';
import { isConflict } from '../database/faults.js';
import { rows } from '../database/rows.js';
import { announceEnd } from './announce.js';
import { FencedOff } from './faults.js';
import type { Run, RunError, RunProgress, RunStage, RunStatus } from './run.js';

/** A worker that has not said anything for so long is taken for dead. Heartbeats come every second. */
export const LEASE_SECONDS = 10;

/** SQL: a worker that is alive holds the run. */
const HELD = `coalesce(heartbeat_at >= now() - make_interval(secs => ${LEASE_SECONDS}), false)`;

/** A transaction that lost against another one is tried again so often, after 10 ms, 20 ms, ... and some jitter. */
const CONFLICTS = { retries: 5, delayMs: 10, wait: (error: unknown, ms: number) => (isConflict(error) ? ms : null) };

/** Longest wait before a run that was left because of a fault is looked at again: 1, 2, 4, ... seconds come before. */
const LONGEST_WAIT_SECONDS = 60;

/** SQL: nobody alive holds the run, and it is not waiting for a fault to pass. $n: LEASE_SECONDS. */
const free = (n: number) =>
  `(heartbeat_at IS NULL OR heartbeat_at < now() - make_interval(secs => $${n})) AND (next_look_at IS NULL OR next_look_at <= now())`;

/** Which part of a run a worker takes: everything but clustering, or clustering alone (the GPU sidecar). */
export type RunPart = 'pipeline' | 'clustering';

/** The run rows. PostgreSQL is the record: what is done and what is next stands here, never in the queue. */
@Injectable()
export class RunRepository {
  constructor(
    private readonly db: DataSource,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async find(jobId: string): Promise<Run | undefined> {
    return (await rows<Run>(this.db, 'SELECT * FROM runs WHERE job_id = $1', [jobId]))[0];
  }

  /**
   * Takes an unfinished run whose next stage is of `part` and which nobody alive holds. Counts the fencing token up, so
   * that a worker which held it before can write no more. Gives undefined where there is nothing to take.
   */
  async claim(jobId: string, part: RunPart): Promise<Run | undefined> {
    const claimed = await rows<Run>(
      this.db,
      `UPDATE runs
          SET status = 'processing', fence = fence + 1, attempts = attempts + 1,
              heartbeat_at = now(), started_at = coalesce(started_at, now())
        WHERE job_id = $1 AND status IN ('queued', 'processing') AND (stage = 'cluster') = $2
          AND ${free(3)}
    RETURNING *`,
      [jobId, part === 'clustering', LEASE_SECONDS],
    );
    return claimed[0];
  }

  /** Says that the holder is alive; tells whether somebody asked for a stop. @throws {FencedOff} */
  async heartbeat(run: Run): Promise<boolean> {
    const [row] = await rows<{ cancel_requested: boolean }>(
      this.db,
      // a beat that comes after the run was handed over or released must not take it back
      `UPDATE runs SET heartbeat_at = now() WHERE job_id = $1 AND fence = $2 AND status = 'processing' AND heartbeat_at IS NOT NULL
       RETURNING cancel_requested`,
      [run.job_id, run.fence],
    );
    if (row === undefined) throw new FencedOff(`run ${run.job_id} is no longer ours`);
    return row.cancel_requested;
  }

  /**
   * Runs `work` in a transaction that holds the run row and began with a look at the fencing token. One that loses against
   * another transaction is rolled back and done again, `work` included. @throws {FencedOff}
   */
  async fenced<T>(run: Run, work: (db: EntityManager) => Promise<T>): Promise<T> {
    const once = async (db: EntityManager) => {
      const held = await rows(
        db,
        `SELECT 1 FROM runs WHERE job_id = $1 AND fence = $2 AND status = 'processing' FOR UPDATE`,
        [run.job_id, run.fence],
      );
      if (held.length === 0) throw new FencedOff(`run ${run.job_id} is no longer ours`);
      return work(db);
    };
    return withRetries(() => this.db.transaction(once), CONFLICTS);
  }

  /** Moves on to `stage`, keeping the seconds of the stage that ended. With `handOver` anybody may claim it at once. */
  async advance(
    run: Run,
    stage: RunStage,
    ended: { stage: RunStage; seconds: number },
    handOver: boolean,
  ): Promise<void> {
    await this.fenced(run, (db) =>
      rows(
        db,
        `UPDATE runs SET stage = $2, setbacks = 0, setback = NULL, next_look_at = NULL, heartbeat_at = CASE WHEN $5 THEN NULL ELSE now() END,
                timings = timings || jsonb_build_object($3::text, coalesce((timings ->> $3)::float, 0) + $4::float)
          WHERE job_id = $1`,
        [run.job_id, stage, ended.stage, ended.seconds, handOver],
      ),
    );
  }

  /** Ends the run, and leaves word for its `callback_url`. Errors of the end itself are added to `errors`. */
  async end(
    run: Run,
    status: Extract<RunStatus, 'completed' | 'failed' | 'cancelled'>,
    errors: readonly RunError[] = [],
  ): Promise<void> {
    await this.fenced(run, async (db) => {
      await this.addErrors(db, run.job_id, errors);
      await rows(db, `UPDATE runs SET status = $2, completed_at = now(), heartbeat_at = NULL WHERE job_id = $1`, [
        run.job_id,
        status,
      ]);
      await announceEnd(db, run.job_id);
    });
  }

  /**
   * Asks a run to stop. One that no worker alive holds ends here; the others by their worker, within seconds. Gives false
   * where there was nothing to stop.
   * @param audit writes down who asked, in the same transaction
   */
  async cancel(jobId: string, audit: (db: EntityManager) => Promise<void>): Promise<boolean> {
    return this.db.transaction(async (db) => {
      const [taken] = await rows<{ status: RunStatus }>(
        db,
        `UPDATE runs SET cancel_requested = true,
                status = CASE WHEN ${HELD} THEN status ELSE 'cancelled' END,
                completed_at = CASE WHEN ${HELD} THEN NULL ELSE now() END,
                heartbeat_at = CASE WHEN ${HELD} THEN heartbeat_at END
          WHERE job_id = $1 AND status IN ('queued', 'processing') RETURNING status`,
        [jobId],
      );
      if (taken !== undefined) await audit(db);
      if (taken?.status === 'cancelled') await announceEnd(db, jobId);
      return taken !== undefined;
    });
  }

  /** Gives the run back unfinished, so that another worker may claim it at once. */
  async release(run: Run): Promise<void> {
    await this.fenced(run, (db) => rows(db, 'UPDATE runs SET heartbeat_at = NULL WHERE job_id = $1', [run.job_id]));
  }

  /** The same after a fault that passes: it may be claimed after a wait, which doubles with every setback in a row. */
  async setBack(run: Run, reason: string): Promise<void> {
    await this.fenced(run, (db) =>
      rows(
        db,
        `UPDATE runs SET heartbeat_at = NULL, setback = $2, setbacks = setbacks + 1,
                next_look_at = now() + make_interval(secs => least($3, 2 ^ least(setbacks, 16)) * (1 - random() / 4))
          WHERE job_id = $1`,
        [run.job_id, reason, LONGEST_WAIT_SECONDS],
      ),
    );
  }

  async addErrors(db: Pick<DataSource, 'query'>, jobId: string, errors: readonly RunError[]): Promise<void> {
    for (const e of errors)
      await rows(db, 'INSERT INTO run_errors (job_id, cluster_id, stage, error) VALUES ($1, $2, $3, $4)', [
        jobId,
        e.cluster_id,
        e.stage,
        withoutSecrets(e.error).slice(0, 2000),
      ]);
  }

  async errors(jobIds: readonly string[]): Promise<Map<string, RunError[]>> {
    const found = await rows<RunError & { job_id: string }>(
      this.db,
      'SELECT job_id, cluster_id, stage, error FROM run_errors WHERE job_id = ANY($1) ORDER BY job_id, seq',
      [jobIds],
    );
    const byJob = new Map<string, RunError[]>();
    for (const { job_id, ...error } of found) byJob.set(job_id, [...(byJob.get(job_id) ?? []), error]);
    return byJob;
  }

  /** Adds to the counters of a run while a stage is at work, inside a fenced transaction; not where ENABLE_PROGRESS_TRACKING is off. */
  async count(db: Pick<DataSource, 'query'>, run: Run, more: Partial<RunProgress>): Promise<void> {
    if (!this.config.ENABLE_PROGRESS_TRACKING) return;
    const names = Object.keys(more) as (keyof RunProgress)[];
    if (names.length === 0) return;
    const sets = names.map((name, i) => `${name} = ${name} + $${i + 2}`).join(', ');
    await rows(db, `UPDATE runs SET ${sets} WHERE job_id = $1`, [run.job_id, ...names.map((name) => more[name])]);
  }

  /**
   * Sets the counters of tagging to what the rows say: at the end of a stage, because a crash or a resume can have cut off
   * or doubled what was counted live.
   */
  async countAgain(run: Run, outliersHandled: number, individualTags = 0): Promise<void> {
    await this.fenced(run, (db) =>
      rows(
        db,
        `UPDATE runs SET clusters_processed = (SELECT count(*) FROM clusters c WHERE c.job_id = $1 AND c.state <> 'new'),
                tags_generated = $3 + (SELECT coalesce(sum(jsonb_array_length(c.tags)), 0) FROM clusters c WHERE c.job_id = $1 AND c.tags IS NOT NULL),
                tags_applied = (SELECT count(*) FROM run_tags t WHERE t.version = $1 AND t.job_id = $1 AND t.status = 'applied'),
                outliers_handled = $2
          WHERE job_id = $1`,
        [run.job_id, outliersHandled, individualTags],
      ),
    );
  }

  /**
   * Deletes runs that ended more than RESULT_TTL_SECONDS ago, with their webhook messages, but for those whose clusters or
   * tags a wiki still shows, and those with a message that is still to be delivered. A message that nobody came to send
   * for a day holds its run no longer.
   */
  async deleteExpired(): Promise<void> {
    await rows(
      this.db,
      `DELETE FROM runs r WHERE status IN ('completed', 'failed', 'cancelled')
          AND completed_at < now() - make_interval(secs => $1)
          AND NOT EXISTS (SELECT 1 FROM wikis w WHERE w.current_job_id = r.job_id)
          AND NOT EXISTS (SELECT 1 FROM run_tags t WHERE t.job_id = r.job_id AND t.version <> r.job_id)
          AND NOT EXISTS (SELECT 1 FROM runs later WHERE later.before_job_id = r.job_id)
          AND NOT EXISTS (SELECT 1 FROM webhooks m WHERE m.job_id = r.job_id AND m.state = 'pending'
                             AND m.next_attempt_at > now() - interval '1 day')`,
      [this.config.RESULT_TTL_SECONDS],
    );
  }

  /** Unfinished runs that nobody alive holds: the bell for them was lost, or their worker was. */
  async abandoned(): Promise<{ job_id: string; stage: RunStage }[]> {
    return rows(
      this.db,
      `SELECT job_id, stage FROM runs WHERE status IN ('queued', 'processing')
          AND ${free(1)}
     ORDER BY created_at`,
      [LEASE_SECONDS],
    );
  }
}
