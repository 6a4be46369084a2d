import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { recordAudit } from '../access/audit.js';
import type { Actor } from '../access/caller.js';
import { type List, listFrom } from '../common/cursor.js';
import { noSuchJob, noSuchWebhook, noSuchWiki } from '../common/not-found.js';
import { rows } from '../database/rows.js';
import { shownUrl } from './callback-url.js';
import type { Webhook, WebhookAttempt, WebhookListQuery, WebhookWithAttempts } from './webhooks.schemas.js';

type Row = Omit<Webhook, 'next_attempt_at' | 'created_at' | 'delivered_at'> & {
  seq: number;
  next_attempt_at: Date;
  created_at: Date;
  delivered_at: Date | null;
};
type AttemptRow = Omit<WebhookAttempt, 'started_at'> & { started_at: Date };

const FIELDS = `seq, webhook_id, wiki_id, job_id, type, url, state, attempts AS attempt_count, next_attempt_at, created_at, delivered_at`;

/** The delivery log, and the way to send a message again. */
@Injectable()
export class WebhooksRepository {
  constructor(private readonly db: DataSource) {}

  /** Newest first. @throws {Problem} wiki_not_found, job_not_found */
  async list({ wiki_id, job_id, limit, cursor }: WebhookListQuery): Promise<List<'webhooks', Webhook>> {
    const [column, value] = wiki_id === undefined ? ['job_id', job_id] : ['wiki_id', wiki_id];
    const found = await rows<Row>(
      this.db,
      `SELECT ${FIELDS} FROM webhooks WHERE ${column} = $1 AND ($2::int IS NULL OR seq < $2) ORDER BY seq DESC LIMIT $3`,
      [value, cursor ?? null, limit + 1],
    );
    if (found.length === 0) await this.assertSubject(wiki_id, job_id);
    const { webhooks, next_cursor } = listFrom('webhooks', found, limit, (row) => row.seq);
    return { webhooks: webhooks.map(toWebhook), next_cursor };
  }

  /** @throws {Problem} webhook_not_found */
  async get(webhookId: string): Promise<WebhookWithAttempts> {
    const [row] = await rows<Row>(this.db, `SELECT ${FIELDS} FROM webhooks WHERE webhook_id = $1`, [webhookId]);
    if (row === undefined) throw noSuchWebhook(webhookId);
    const attempts = await rows<AttemptRow>(
      this.db,
      `SELECT attempt, started_at, duration_ms, status, error, response_excerpt FROM webhook_attempts
        WHERE webhook_id = $1 ORDER BY attempt DESC LIMIT 100`,
      [webhookId],
    );
    return {
      ...toWebhook(row),
      attempts: attempts.map((a) => ({ ...a, started_at: a.started_at.toISOString() })),
    };
  }

  /**
   * Makes a message due now, whatever became of it, and begins its schedule anew. An endpoint that was gone is tried again,
   * for later messages as well. @throws {Problem} webhook_not_found
   */
  async redeliver(webhookId: string, actor: Actor): Promise<WebhookWithAttempts> {
    await this.db.transaction(async (db) => {
      const revived = await rows<{ wiki_id: number; job_id: string; url: string }>(
        db,
        `UPDATE webhooks SET state = 'pending', failures = 0, next_attempt_at = now() WHERE webhook_id = $1
         RETURNING wiki_id, job_id, url`,
        [webhookId],
      );
      if (revived.length === 0) throw noSuchWebhook(webhookId);
      await rows(db, 'DELETE FROM webhook_endpoints_gone WHERE wiki_id = $1 AND url = $2', [
        revived[0].wiki_id,
        revived[0].url,
      ]);
      const { wiki_id, job_id } = revived[0];
      await recordAudit(db, actor, 'webhook.redeliver', { wiki_id, job_id, subject: webhookId });
    });
    return this.get(webhookId);
  }

  private async assertSubject(wikiId: number | undefined, jobId: string | undefined): Promise<void> {
    const table = wikiId === undefined ? 'runs WHERE job_id' : 'wikis WHERE wiki_id';
    const found = await rows(this.db, `SELECT 1 FROM ${table} = $1`, [wikiId ?? jobId]);
    if (found.length > 0) return;
    throw wikiId === undefined ? noSuchJob(jobId ?? '') : noSuchWiki(wikiId);
  }
}

function toWebhook({ seq: _, ...row }: Row): Webhook {
  return {
    ...row,
    url: shownUrl(row.url),
    next_attempt_at: row.state === 'pending' ? row.next_attempt_at.toISOString() : null,
    created_at: row.created_at.toISOString(),
    delivered_at: row.delivered_at?.toISOString() ?? null,
  };
}
