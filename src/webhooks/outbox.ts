import { randomUUID } from 'node:crypto';
import { type Queryable, rows } from '../database/rows.js';

/** What happened to a run, for whoever asked to be told. */
export interface WebhookEvent {
  readonly wiki_id: number;
  readonly job_id: string;
  readonly url: string;
  readonly type: string;
  /** When it happened, ISO 8601 UTC. */
  readonly timestamp: string;
  readonly data: object;
}

/**
 * Puts a message into the outbox, in the transaction of the event itself: both are there, or neither is. Its id is made
 * here once and stays the same for every delivery. A message for an endpoint that is gone is kept, but not sent.
 */
export async function addToOutbox(db: Queryable, event: WebhookEvent): Promise<void> {
  const { wiki_id, job_id, url, type, timestamp, data } = event;
  await rows(
    db,
    `INSERT INTO webhooks (webhook_id, wiki_id, job_id, url, type, payload, state)
     SELECT $1, $2, $3, $4, $5, $6,
            CASE WHEN EXISTS (SELECT 1 FROM webhook_endpoints_gone WHERE wiki_id = $2 AND url = $4) THEN 'disabled' ELSE 'pending' END`,
    [`msg_${randomUUID().replaceAll('-', '')}`, wiki_id, job_id, url, type, JSON.stringify({ type, timestamp, data })],
  );
}
