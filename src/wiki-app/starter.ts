import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Problem } from '../common/problem.js';
import { type JobRow, JobsRepository } from './jobs.repository.js';
import type { News } from './news.js';
import { OwnAddress } from './own-address.js';
import { CALL_TIMEOUT_MS, ServiceClient } from './service-client.js';
import { ServiceFault } from './service-fault.js';
import type { StartAnswer } from './service-schemas.js';
import type { User } from './user.js';

/** A start may take two calls. After that nobody else is at it, and the tracker may take it. */
const CALLING_MS = 2 * CALL_TIMEOUT_MS + 5_000;
/** What is not settled by then is given up. */
const GIVE_UP_MS = 10 * 60_000;
/** Soon: somebody waits to hear whether their run has begun. */
const ASK_AGAIN_MS = 2_000;

/**
 * Asks the service for runs. The row comes first, and its id is the Idempotency-Key of the call: whatever breaks in between,
 * asking again finds the run that was begun, or begins it, once.
 */
@Injectable()
export class Starter {
  constructor(
    private readonly jobs: JobsRepository,
    private readonly service: ServiceClient,
    private readonly own: OwnAddress,
  ) {}

  /** @throws {Problem} where there is no run, or where nobody knows yet; then the tracker finds out */
  async start(wikiId: number, options: object, user: User): Promise<StartAnswer> {
    const requestId = randomUUID();
    const callbackUrl = `${this.own.callbackUrl}?request=${requestId}`;
    const row = await this.jobs.begin({ requestId, wikiId, options, callbackUrl }, user, CALLING_MS);
    try {
      const answer = await this.ask(row);
      await this.jobs.started(row, answer.job_id);
      return answer;
    } catch (error) {
      if (!(error instanceof ServiceFault)) throw error;
      const problem = error.toProblem();
      if (isCertain(error)) {
        await this.jobs.fail(row, { code: problem.code, detail: problem.detail });
        throw problem;
      }
      await this.jobs.troubled(row, error.detail, ASK_AGAIN_MS);
      const then = 'Whether the run has begun is not known yet. It is being found out: you will get a notification.';
      throw new Problem(problem.code, `${error.detail} ${then}`, { request_id: requestId });
    }
  }

  /** Finds out what became of a start that nobody knows the answer to. Called by the tracker. */
  async settle(row: JobRow): Promise<void> {
    try {
      const { job_id } = await this.ask(row);
      await this.jobs.started(row, job_id, news(row, 'started', 'has begun after all.'));
    } catch (error) {
      if (!(error instanceof ServiceFault)) throw error;
      const late = Date.now() - row.created_at.getTime() > GIVE_UP_MS;
      if (error.kind !== 'refused' && !late) return this.jobs.troubled(row, error.detail, ASK_AGAIN_MS);
      const { code, detail } = error.toProblem();
      await this.jobs.fail(row, { code, detail }, news(row, 'failed', `could not begin: ${detail}`));
    }
  }

  /** With the address for the message, or without where the service does not take that: then the tracker's looks must do. */
  private async ask(row: JobRow): Promise<StartAnswer> {
    const call = { requestId: row.request_id, wikiId: row.wiki_id, options: row.options };
    try {
      return await this.service.start({ ...call, callbackUrl: row.callback_url });
    } catch (error) {
      if (!(error instanceof ServiceFault) || !isAboutCallback(error)) throw error;
      return this.service.start({ ...call, callbackUrl: undefined });
    }
  }
}

/** There is no run. After the other faults there may be one. */
const isCertain = ({ kind, status }: ServiceFault) =>
  kind === 'refused' || kind === 'down' || status === 401 || status === 403;

/** Refused, or taken without it the first time: the same key was then used for another request. */
const isAboutCallback = ({ kind, problem }: ServiceFault) =>
  kind === 'refused' &&
  (problem.code === 'idempotency_key_reused' || (problem.errors ?? []).some(({ field }) => field === 'callback_url'));

const news = ({ wiki_id, created_at }: JobRow, kind: News['kind'], what: string): News => ({
  kind,
  at: created_at.toISOString(),
  message: `The run for wiki ${wiki_id} ${what}`,
});
