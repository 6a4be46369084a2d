import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { rows } from '../database/rows.js';
import { type News, newsOfJob, notify } from './news.js';
import { noteUser } from './owners.repository.js';
import type { ServiceJob, STATUSES } from './service-schemas.js';
import type { User } from './user.js';

/** `calling`: the service was asked for the run, and has not been heard to answer. */
export type JobStatus = 'calling' | (typeof STATUSES)[number];

/** A run that somebody asked for, as the wiki app keeps it. */
export interface JobRow {
  readonly request_id: string;
  readonly job_id: string | null;
  readonly wiki_id: number;
  readonly started_by: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly callback_url: string;
  readonly status: JobStatus;
  readonly job: ServiceJob | null;
  readonly error: { readonly code: string; readonly detail: string } | null;
  readonly trouble: string | null;
  readonly failed_looks: number;
  /** Goes up whenever somebody begins to look: of two who look at the same time the later one writes. */
  readonly fence: number;
  readonly created_at: Date;
  readonly checked_at: Date | null;
}

/** A run that is about to be asked for. */
export interface Wanted {
  readonly requestId: string;
  readonly wikiId: number;
  readonly options: object;
  readonly callbackUrl: string;
}

/** How often a run that has not ended is looked at. Messages come sooner. */
export const LOOK_EVERY_MS = 2_000;
const ENDED: readonly string[] = ['completed', 'failed', 'cancelled'];

/** The runs that users asked for. */
@Injectable()
export class JobsRepository {
  constructor(private readonly db: DataSource) {}

  /** Writes down what is about to be asked. Nobody else looks after it for `patienceMs`. */
  async begin({ requestId, wikiId, options, callbackUrl }: Wanted, user: User, patienceMs: number): Promise<JobRow> {
    return this.db.transaction(async (db) => {
      await noteUser(db, user);
      const [row] = await rows<JobRow>(
        db,
        `INSERT INTO wiki_app_jobs (request_id, wiki_id, started_by, options, callback_url, next_look_at)
         VALUES ($1, $2, $3, $4, $5, now() + make_interval(secs => $6)) RETURNING *`,
        [requestId, wikiId, user.sub, JSON.stringify(options), callbackUrl, patienceMs / 1000],
      );
      return row!;
    });
  }

  async find(jobId: string): Promise<JobRow | undefined> {
    return (await rows<JobRow>(this.db, 'SELECT * FROM wiki_app_jobs WHERE job_id = $1', [jobId]))[0];
  }

  /** Newest first, at most 100. */
  async ofWiki(wikiId: number): Promise<JobRow[]> {
    return rows(
      this.db,
      'SELECT * FROM wiki_app_jobs WHERE wiki_id = $1 ORDER BY created_at DESC, request_id LIMIT 100',
      [wikiId],
    );
  }

  /** Takes up to `limit` jobs that are due for a look; no other process does for `leaseMs`. */
  async claimDue(limit: number, leaseMs: number): Promise<JobRow[]> {
    return rows(
      this.db,
      `UPDATE wiki_app_jobs SET fence = fence + 1, next_look_at = now() + make_interval(secs => $2)
        WHERE request_id IN (SELECT request_id FROM wiki_app_jobs WHERE next_look_at <= now()
                              ORDER BY next_look_at LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING *`,
      [limit, leaseMs / 1000],
    );
  }

  /** Something was done to a run: the next look is due, and one under way is out of date. */
  async lookSoon(jobId: string): Promise<void> {
    await rows(this.db, 'UPDATE wiki_app_jobs SET fence = fence + 1, next_look_at = now() WHERE job_id = $1', [jobId]);
  }

  /** The service has named the run. */
  async started(row: JobRow, jobId: string, news?: News): Promise<void> {
    await this.db.transaction(async (db) => {
      const changed = await rows(
        db,
        `UPDATE wiki_app_jobs SET job_id = $2, status = 'queued', error = NULL, trouble = NULL, failed_looks = 0,
                fence = fence + 1, checked_at = now(), next_look_at = now() + make_interval(secs => $3)
          WHERE request_id = $1 AND status = 'calling' RETURNING 1`,
        [row.request_id, jobId, LOOK_EVERY_MS / 1000],
      );
      if (changed.length > 0 && news !== undefined) await notify(db, row, news);
    });
  }

  /** There is no run, or none any more, and there will be none. */
  async fail(row: JobRow, error: NonNullable<JobRow['error']>, news?: News): Promise<void> {
    await this.db.transaction(async (db) => {
      const changed = await rows(
        db,
        `UPDATE wiki_app_jobs SET status = 'failed', error = $3, trouble = NULL, next_look_at = NULL, checked_at = now()
          WHERE request_id = $1 AND fence = $2 RETURNING 1`,
        [row.request_id, row.fence, JSON.stringify(error)],
      );
      if (changed.length > 0 && news !== undefined) await notify(db, row, news);
    });
  }

  /** The service could not be asked, or nobody knows what it did: to be found out later. */
  async troubled(row: JobRow, trouble: string, nextLookMs: number): Promise<void> {
    await rows(
      this.db,
      `UPDATE wiki_app_jobs SET trouble = $3, failed_looks = failed_looks + 1, next_look_at = now() + make_interval(secs => $4)
        WHERE request_id = $1 AND fence = $2`,
      [row.request_id, row.fence, trouble, nextLookMs / 1000],
    );
  }

  /** What the service says of the run now. At its end whoever started it is told, once. */
  async seen(row: JobRow, job: ServiceJob): Promise<void> {
    const ended = ENDED.includes(job.status);
    await this.db.transaction(async (db) => {
      const changed = await rows(
        db,
        `UPDATE wiki_app_jobs SET status = $3, job = $4, error = NULL, trouble = NULL, failed_looks = 0, checked_at = now(),
                next_look_at = CASE WHEN $5 THEN NULL ELSE now() + make_interval(secs => $6) END
          WHERE request_id = $1 AND fence = $2 RETURNING 1`,
        [row.request_id, row.fence, job.status, JSON.stringify(job), ended, LOOK_EVERY_MS / 1000],
      );
      const news = newsOfJob(job);
      if (changed.length > 0 && news !== undefined) await notify(db, row, news);
    });
  }

  /**
   * What a message says of the end of a run. One that tells of the same end again changes nothing. The others count until the
   * next look, due at once: messages may be late, and the run may have been resumed since.
   * @param requestId from the address the message came to: it may come before the service's answer to the start
   * @returns false where no such run was asked for here
   */
  async told(requestId: string | undefined, job: ServiceJob): Promise<boolean> {
    return this.db.transaction(async (db) => {
      const [row] = await rows<JobRow>(
        db,
        `SELECT * FROM wiki_app_jobs WHERE wiki_id = $3 AND (job_id = $1 OR job_id IS NULL AND request_id = $2::uuid)
          ORDER BY job_id NULLS LAST LIMIT 1 FOR UPDATE`,
        [job.job_id, requestId ?? null, job.wiki_id],
      );
      if (row === undefined) return false;
      const news = newsOfJob(job);
      if (news === undefined || !(await notify(db, row, news))) return true;
      await rows(
        db,
        `UPDATE wiki_app_jobs SET job_id = $2, status = $3, job = $4, error = NULL, trouble = NULL, failed_looks = 0,
                fence = fence + 1, checked_at = now(), next_look_at = now() WHERE request_id = $1`,
        [row.request_id, job.job_id, job.status, JSON.stringify(job)],
      );
      return true;
    });
  }
}
