import { createHash, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { recordAudit } from '../access/audit.js';
import type { Actor } from '../access/caller.js';
import { noSuchJob, noSuchWiki } from '../common/not-found.js';
import { Problem } from '../common/problem.js';
import { CONFIG, type Config } from '../config/config.js';
import { rows } from '../database/rows.js';
import { describeJob } from '../pipeline/describe-job.js';
import { Dispatcher } from '../pipeline/dispatcher.js';
import { Estimator } from '../pipeline/estimator.js';
import type { Run } from '../pipeline/run.js';
import { RunRepository } from '../pipeline/run.repository.js';
import { CallbackUrls } from '../webhooks/callback-urls.js';
import type { Job, StartAnswer, StartRequest } from './jobs.schemas.js';

const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';

/** Starts, shows, resumes and cancels runs: writes the run row, then rings the queue. */
@Injectable()
export class JobsService {
  constructor(
    private readonly db: DataSource,
    private readonly runs: RunRepository,
    private readonly dispatcher: Dispatcher,
    private readonly estimator: Estimator,
    private readonly callbackUrls: CallbackUrls,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Inserts the run and rings. The same `idempotencyKey` with the same request gives the first answer again. */
  async start(request: StartRequest, actor: Actor, idempotencyKey?: string): Promise<StartAnswer> {
    const hash = createHash('sha256').update(JSON.stringify(request)).digest();
    const repeated = await this.firstAnswer(request.wiki_id, idempotencyKey, hash);
    if (repeated !== undefined) return repeated;
    const { callback_url } = request;
    const url = callback_url === undefined ? null : this.callbackUrls.accept(callback_url);
    const pages = await this.checkWiki(request.wiki_id);
    const jobId = `cluster_wiki_${request.wiki_id}_${randomBytes(6).toString('hex')}`;
    const answer: StartAnswer = {
      job_id: jobId,
      status: 'queued',
      ...(await this.estimator.estimate(pages, this.config.TAGGER)),
    };
    try {
      await this.db.transaction(async (db) => {
        await rows(
          db,
          `INSERT INTO runs (job_id, wiki_id, status, stage, options, callback_url, idempotency_key, request_hash, first_answer)
         VALUES ($1, $2, 'queued', 'fetch', $3, $4, $5, $6, $7)`,
          [
            jobId,
            request.wiki_id,
            JSON.stringify(request.options),
            url,
            idempotencyKey ?? null,
            hash,
            JSON.stringify(answer),
          ],
        );
        await recordAudit(db, actor, 'run.start', { wiki_id: request.wiki_id, job_id: jobId });
      });
    } catch (error) {
      const { code, constraint } =
        (error as { driverError?: { code?: string; constraint?: string } }).driverError ?? {};
      if (code === FOREIGN_KEY_VIOLATION) throw noSuchWiki(request.wiki_id); // deleted since it was checked
      if (code !== UNIQUE_VIOLATION) throw error;
      const raced =
        constraint === 'runs_idempotency_key'
          ? await this.firstAnswer(request.wiki_id, idempotencyKey, hash)
          : undefined;
      if (raced !== undefined) return raced;
      throw await this.activeRunProblem(request.wiki_id);
    }
    await this.dispatcher.ring(jobId, 'fetch');
    return answer;
  }

  async show(jobId: string): Promise<Job> {
    const run = await this.mustFind(jobId);
    const [job] = await this.describe([run]);
    return job!;
  }

  /** @throws {Problem} wiki_not_found */
  async list(wikiId: number): Promise<Job[]> {
    const found = await rows<Run>(
      this.db,
      'SELECT * FROM runs WHERE wiki_id = $1 ORDER BY created_at DESC, job_id LIMIT 100',
      [wikiId],
    );
    if (found.length === 0 && (await rows(this.db, 'SELECT 1 FROM wikis WHERE wiki_id = $1', [wikiId])).length === 0)
      throw noSuchWiki(wikiId);
    return this.describe(found);
  }

  /**
   * Queues a run again that failed, was cancelled, or left errors. What succeeded is not done again; what a later run has
   * taken the place of cannot be gone on with: its clusters would replace the newer ones, or are gone.
   */
  async resume(jobId: string, actor: Actor): Promise<Job> {
    const run = await this.mustFind(jobId);
    try {
      await this.db.transaction(async (db) => {
        // not while the wiki is being set to the result of another run
        await rows(db, 'SELECT 1 FROM wikis WHERE wiki_id = $1 FOR KEY SHARE', [run.wiki_id]);
        const taken = await rows<{ stage: string }>(
          db,
          `UPDATE runs SET status = 'queued', cancel_requested = false, started_at = NULL, completed_at = NULL, heartbeat_at = NULL,
                  setbacks = 0, setback = NULL, next_look_at = NULL,
                  stage = CASE WHEN status = 'completed' THEN 'tag' ELSE stage END
            WHERE job_id = $1 AND undone_at IS NULL AND (status IN ('failed', 'cancelled')
                  OR status = 'completed' AND EXISTS (SELECT 1 FROM run_errors e WHERE e.job_id = runs.job_id))
              AND (stage IN ('fetch', 'embed', 'cluster') OR dry_run AND before_kept
                  OR EXISTS (SELECT 1 FROM wikis w WHERE w.wiki_id = runs.wiki_id AND w.current_job_id = runs.job_id))
        RETURNING stage`,
          [jobId],
        );
        if (taken.length === 0) throw await this.notResumable(jobId);
        await recordAudit(db, actor, 'run.resume', { wiki_id: run.wiki_id, job_id: jobId });
        await rows(db, 'DELETE FROM run_errors WHERE job_id = $1', [jobId]);
        const again = await rows(
          db,
          `UPDATE clusters SET state = 'new' WHERE job_id = $1 AND state = 'failed' RETURNING 1`,
          [jobId],
        );
        await rows(db, 'UPDATE runs SET clusters_processed = clusters_processed - $2 WHERE job_id = $1', [
          jobId,
          again.length,
        ]);
      });
    } catch (error) {
      if ((error as { driverError?: { code?: string } }).driverError?.code === UNIQUE_VIOLATION)
        throw await this.activeRunProblem(run.wiki_id);
      throw error;
    }
    const resumed = await this.mustFind(jobId);
    await this.dispatcher.ring(jobId, resumed.stage);
    return this.show(jobId);
  }

  /** Asks a run to stop. One that no worker alive holds is cancelled here; the others by their worker, within seconds. */
  async cancel(jobId: string, actor: Actor): Promise<Job> {
    const { wiki_id } = await this.mustFind(jobId);
    const audit = (db: EntityManager) => recordAudit(db, actor, 'run.cancel', { wiki_id, job_id: jobId });
    if (!(await this.runs.cancel(jobId, audit))) {
      const { status } = await this.mustFind(jobId);
      throw new Problem(
        'run_not_active',
        `The run is ${status} already. Only a queued or processing run can be cancelled.`,
      );
    }
    return this.show(jobId);
  }

  private async describe(runs: readonly Run[]): Promise<Job[]> {
    const errors = await this.runs.errors(runs.map((r) => r.job_id));
    const positions = await this.estimator.positions(runs.filter((r) => r.status === 'queued').map((r) => r.job_id));
    return runs.map((run) => describeJob(run, errors.get(run.job_id) ?? [], positions.get(run.job_id) ?? null));
  }

  private async mustFind(jobId: string): Promise<Run> {
    const run = await this.runs.find(jobId);
    if (run === undefined) throw noSuchJob(jobId);
    return run;
  }

  private async notResumable(jobId: string): Promise<Problem> {
    const { status, wiki_id, undone_at } = await this.mustFind(jobId);
    if (undone_at !== null)
      return new Problem(
        'run_not_resumable',
        `The run was undone. Start a new run: POST /analyze/wiki/cluster {"wiki_id": ${wiki_id}}.`,
      );
    const errors = (await this.runs.errors([jobId])).has(jobId);
    if (status === 'failed' || status === 'cancelled' || (status === 'completed' && errors))
      return new Problem(
        'run_not_resumable',
        `A later run has replaced the clusters of this one. Start a new run: POST /analyze/wiki/cluster {"wiki_id": ${wiki_id}}.`,
      );
    return new Problem(
      'run_not_resumable',
      `The run is ${status}. Only a failed or cancelled run, or a completed one with errors, can be resumed.`,
    );
  }

  private async firstAnswer(wikiId: number, key: string | undefined, hash: Buffer): Promise<StartAnswer | undefined> {
    if (key === undefined) return undefined;
    const [first] = await rows<{ request_hash: Buffer; first_answer: StartAnswer }>(
      this.db,
      'SELECT request_hash, first_answer FROM runs WHERE wiki_id = $1 AND idempotency_key = $2',
      [wikiId, key],
    );
    if (first !== undefined && !first.request_hash.equals(hash))
      throw new Problem('idempotency_key_reused', 'Use a new Idempotency-Key for a new request.');
    return first?.first_answer;
  }

  /** Gives the number of published pages. @throws {Problem} wiki_not_found, run_active, too_many_pages, embedding_dims_mismatch */
  private async checkWiki(wikiId: number): Promise<number> {
    const [wiki] = await rows<{ pages: number; active: string | null }>(
      this.db,
      `SELECT (SELECT count(*)::int FROM pages p WHERE p.wiki_id = w.wiki_id AND p.published) AS pages,
              (SELECT job_id FROM runs r WHERE r.wiki_id = w.wiki_id AND r.status IN ('queued', 'processing')) AS active
         FROM wikis w WHERE w.wiki_id = $1`,
      [wikiId],
    );
    if (wiki === undefined) throw noSuchWiki(wikiId);
    if (wiki.active !== null) throw await this.activeRunProblem(wikiId);
    if (wiki.pages > this.config.MAX_WIKI_PAGES) {
      throw new Problem(
        'too_many_pages',
        `The wiki has ${wiki.pages} pages and MAX_WIKI_PAGES is ${this.config.MAX_WIKI_PAGES}. Raise it, or delete or unpublish pages.`,
      );
    }
    await this.checkDims(wikiId);
    return wiki.pages;
  }

  private async checkDims(wikiId: number): Promise<void> {
    const lengths = await rows<{ dims: number; page_id: string; pages: number }>(
      this.db,
      `SELECT v.dims, min(v.page_id) AS page_id, count(*)::int AS pages FROM page_vectors v JOIN pages p USING (wiki_id, page_id)
        WHERE v.wiki_id = $1 AND v.model = 'given' AND p.published GROUP BY v.dims ORDER BY pages DESC, v.dims`,
      [wikiId],
    );
    const [most, odd] = lengths;
    if (most === undefined || odd === undefined) return;
    const detail = `Page '${odd.page_id}' has a vector of ${odd.dims} numbers while ${most.pages} pages have ${most.dims}. Send all vectors of a wiki from one model, or send the page again without its vector.`;
    throw new Problem('embedding_dims_mismatch', detail, { page_id: odd.page_id });
  }

  private async activeRunProblem(wikiId: number): Promise<Problem> {
    const [active] = await rows<{ job_id: string }>(
      this.db,
      `SELECT job_id FROM runs WHERE wiki_id = $1 AND status IN ('queued', 'processing')`,
      [wikiId],
    );
    return new Problem(
      'run_active',
      'Wait for the active run to end, or cancel it.',
      active === undefined ? {} : { job_id: active.job_id },
    );
  }
}
