import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { rows } from '../database/rows.js';

/** A message as claimed for one attempt. */
export interface ClaimedMessage {
  readonly webhook_id: string;
  readonly job_id: string;
  readonly url: string;
  readonly payload: { readonly type: string; readonly timestamp: string; readonly data: object };
  /** The number of this attempt, counted over all that ever were: the fencing token of the claim. */
  readonly attempts: number;
  /** Failed attempts in a row before this one. */
  readonly failures: number;
}

/** What one attempt met with. `status` and `error` may both be there: an answer that broke off. */
export interface AttemptResult {
  readonly status: number | null;
  readonly error: string | null;
  readonly response_excerpt: string | null;
  readonly duration_ms: number;
}

/** What becomes of the message. `unfinished`: this process goes down, another tries again at once. */
export type Verdict =
  | { readonly kind: 'delivered' | 'gone' | 'unfinished' }
  | { readonly kind: 'failed'; readonly waitMs: number; readonly maxFailures: number };

/** The deliverer's side of the outbox: takes messages that are due, writes down how it went. */
@Injectable()
export class DeliveriesRepository {
  constructor(private readonly db: DataSource) {}

  /**
   * Takes up to `limit` messages that are due and that nobody alive works on, and opens their line in the log. Nobody else
   * takes them for `leaseMs`; whoever dies in the meantime leaves them to the next. To one host no more than `limitAHost`
   * are under way, so that a receiver that hangs holds up its own messages only.
   */
  async claim(limit: number, limitAHost: number, leaseMs: number): Promise<ClaimedMessage[]> {
    return rows(
      this.db,
      `WITH pending AS (
         SELECT webhook_id, next_attempt_at, split_part(url, '/', 3) AS host, coalesce(lease_until > now(), false) AS taken
           FROM webhooks WHERE state = 'pending' AND next_attempt_at <= now()),
       ranked AS (
         SELECT webhook_id, taken, row_number() OVER (PARTITION BY host ORDER BY taken DESC, next_attempt_at) AS place
           FROM pending),
       due AS (
         SELECT webhook_id FROM webhooks
          WHERE webhook_id IN (SELECT webhook_id FROM ranked WHERE NOT taken AND place <= $3)
            AND state = 'pending' AND (lease_until IS NULL OR lease_until <= now())
          ORDER BY next_attempt_at LIMIT $1 FOR UPDATE SKIP LOCKED),
       claimed AS (
         UPDATE webhooks w SET attempts = attempts + 1, lease_until = now() + make_interval(secs => $2)
           FROM due WHERE w.webhook_id = due.webhook_id RETURNING w.*),
       logged AS (INSERT INTO webhook_attempts (webhook_id, attempt) SELECT webhook_id, attempts FROM claimed)
       SELECT webhook_id, job_id, url, payload, attempts, failures FROM claimed`,
      [limit, leaseMs / 1000, limitAHost],
    );
  }

  /** Completes the log, and moves the message on where the claim still holds. Harmless where wiki or run were deleted. */
  async settle(message: ClaimedMessage, result: AttemptResult, verdict: Verdict): Promise<void> {
    await this.db.transaction(async (db) => {
      await rows(
        db,
        `UPDATE webhook_attempts SET status = $3, error = $4, response_excerpt = $5, duration_ms = $6
          WHERE webhook_id = $1 AND attempt = $2`,
        [
          message.webhook_id,
          message.attempts,
          result.status,
          result.error,
          result.response_excerpt,
          Math.round(result.duration_ms),
        ],
      );
      if (verdict.kind === 'gone') await this.disableEndpoint(db, message);
      await rows(
        db,
        `UPDATE webhooks SET lease_until = NULL, ${MOVES[verdict.kind]}
          WHERE webhook_id = $1 AND attempts = $2 AND state = 'pending'`,
        [
          message.webhook_id,
          message.attempts,
          ...(verdict.kind === 'failed' ? [verdict.waitMs / 1000, verdict.maxFailures] : []),
        ],
      );
    });
  }

  /** Nothing more goes to that URL for that wiki: what waits is stopped, and what comes later finds the endpoint gone. */
  private async disableEndpoint(db: EntityManager, { webhook_id }: ClaimedMessage): Promise<void> {
    await rows(
      db,
      `INSERT INTO webhook_endpoints_gone (wiki_id, url) SELECT wiki_id, url FROM webhooks WHERE webhook_id = $1
       ON CONFLICT DO NOTHING`,
      [webhook_id],
    );
    await rows(
      db,
      `UPDATE webhooks w SET state = 'disabled', lease_until = NULL FROM webhooks gone
        WHERE gone.webhook_id = $1 AND w.wiki_id = gone.wiki_id AND w.url = gone.url AND w.state = 'pending'`,
      [webhook_id],
    );
  }
}

/** SQL: what each verdict sets. */
const MOVES: Readonly<Record<Verdict['kind'], string>> = {
  delivered: `state = 'delivered', failures = 0, delivered_at = now()`,
  failed: `failures = failures + 1, state = CASE WHEN failures + 1 >= $4 THEN 'dead' ELSE state END,
           next_attempt_at = now() + make_interval(secs => $3)`,
  gone: `state = 'disabled'`,
  unfinished: 'next_attempt_at = now()',
};
