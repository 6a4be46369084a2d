import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type AuditAction, recordAudit } from '../../access/audit.js';
import type { Actor } from '../../access/caller.js';
import { noSuchJob } from '../../common/not-found.js';
import { Problem } from '../../common/problem.js';
import { rows } from '../../database/rows.js';
import type { Run } from '../../pipeline/run.js';
import { RunRepository } from '../../pipeline/run.repository.js';
import { VersionsRepository } from '../../pipeline/versions.repository.js';
import { lockIdleWiki } from '../../wiki/wikis.repository.js';

/** SQL: the run r is the one that the wiki shows. */
const SHOWN = 'EXISTS (SELECT 1 FROM wikis w WHERE w.wiki_id = r.wiki_id AND w.current_job_id = r.job_id)';

/** SQL: the wiki shows what it showed when the run r was made. */
const AS_IT_WAS = `EXISTS (SELECT 1 FROM wikis w WHERE w.wiki_id = r.wiki_id AND w.current_job_id IS NOT DISTINCT FROM r.before_job_id)`;

/** Sets a wiki to the result of a dry run, or back to what was before a run: one transaction, all of it or nothing. */
@Injectable()
export class RunResultsRepository {
  constructor(
    private readonly db: DataSource,
    private readonly runs: RunRepository,
    private readonly versions: VersionsRepository,
  ) {}

  /** @throws {Problem} job_not_found */
  async mustFind(jobId: string): Promise<Run> {
    const run = await this.runs.find(jobId);
    if (run === undefined) throw noSuchJob(jobId);
    return run;
  }

  /** Makes a completed dry run real. @throws {Problem} job_not_found, run_active, run_not_applicable */
  async apply(jobId: string, actor: Actor): Promise<void> {
    await this.change(jobId, actor, 'run.apply', {
      sql: `UPDATE runs r SET applied_at = now() WHERE job_id = $1 AND dry_run AND applied_at IS NULL
               AND status = 'completed' AND before_kept AND ${AS_IT_WAS} RETURNING job_id`,
      otherwise: notApplicable,
    });
  }

  /** Puts the wiki back to what it was before the run. @throws {Problem} job_not_found, run_active, run_not_undoable */
  async undo(jobId: string, actor: Actor): Promise<void> {
    await this.change(jobId, actor, 'run.undo', {
      sql: `UPDATE runs r SET undone_at = now() WHERE job_id = $1 AND status IN ('completed', 'failed', 'cancelled')
               AND before_kept AND ${SHOWN} RETURNING before_job_id AS job_id`,
      otherwise: notUndoable,
    });
  }

  /** @param how `sql` marks the run and gives the one to show; no row: `otherwise` says why not */
  private async change(
    jobId: string,
    actor: Actor,
    action: AuditAction,
    how: { readonly sql: string; readonly otherwise: (run: Run) => Problem },
  ): Promise<void> {
    const { wiki_id } = await this.mustFind(jobId);
    await this.db.transaction(async (db) => {
      await lockIdleWiki(db, wiki_id);
      const [next] = await rows<{ job_id: string | null }>(db, how.sql, [jobId]);
      if (next === undefined) throw how.otherwise(await this.mustFind(jobId));
      await this.versions.show(db, wiki_id, next.job_id);
      await this.versions.keepOnly(db, wiki_id, next.job_id === null ? [] : [next.job_id]);
      await recordAudit(db, actor, action, { wiki_id, job_id: jobId });
    });
  }
}

function notApplicable({ dry_run, applied_at, status }: Run): Problem {
  const reason = !dry_run
    ? 'The run is no dry run: it was real from the start.'
    : applied_at !== null
      ? 'The dry run has been applied already.'
      : status !== 'completed'
        ? `The dry run is ${status}. Resume it, and apply it when it is completed.`
        : 'The wiki has been tagged anew since, or set back. Start another dry run.';
  return new Problem('run_not_applicable', reason);
}

function notUndoable({ dry_run, applied_at, undone_at }: Run): Problem {
  const reason =
    undone_at !== null
      ? 'The run has been undone already.'
      : dry_run && applied_at === null
        ? 'A dry run changes nothing that could be undone.'
        : 'The wiki does not show this run, or what was before it is no longer kept: only the last run can be undone, and one step back.';
  return new Problem('run_not_undoable', reason);
}
