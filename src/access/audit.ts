import { type Queryable, rows } from '../database/rows.js';
import type { Actor } from './caller.js';

export const AUDIT_ACTIONS = [
  'run.start',
  'run.cancel',
  'run.resume',
  'run.apply',
  'run.undo',
  'tag.decide',
  'tag.take_back',
  'wiki.create',
  'wiki.delete',
  'key.create',
  'key.revoke',
  'webhook.redeliver',
  'connection.set',
  'connection.delete',
  'exchange.start',
  'exchange.write',
  'exchange.undo',
  'exchange.cancel',
  'exchange.resume',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** What was done to what. `subject` is the id of a thing that is neither a wiki nor a job. */
export interface AuditTarget {
  readonly wiki_id?: number;
  readonly job_id?: string;
  readonly subject?: string;
}

/** Writes who did what. `db` is the transaction that does it: neither is ever there without the other. */
export async function recordAudit(
  db: Queryable,
  actor: Actor,
  action: AuditAction,
  { wiki_id, job_id, subject }: AuditTarget,
): Promise<void> {
  await rows(
    db,
    `INSERT INTO audit_log (key_id, name, action, wiki_id, job_id, subject, request_id, address)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      ...[actor.keyId, actor.name, action, wiki_id ?? null, job_id ?? null, subject ?? null],
      ...[actor.requestId, actor.address],
    ],
  );
}
