import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { withRetries } from '../../common/retries.js';
import { withoutSecrets } from '../../common/secrets.js';
import { isConflict } from '../../database/faults.js';
import { rows } from '../../database/rows.js';
import { FencedOff } from '../../pipeline/faults.js';
import { ACTIVE } from '../active.js';

/** An exchange as a worker has claimed it. */
export interface Claimed {
  readonly exchange_id: string;
  readonly wiki_id: number;
  readonly kind: 'import' | 'export';
  readonly phase: 'import' | 'plan' | 'write' | 'undo';
  readonly place: string;
  /** The number of this claim, counted over all that ever were. */
  readonly fence: number;
}

/** How an exchange ends, or rests. */
export interface End {
  readonly status: 'previewed' | 'completed' | 'undone' | 'failed' | 'cancelled';
  readonly error?: string;
}

/** A transaction that lost against another one is tried again so often, after 10 ms, 20 ms, ... and some jitter. */
const CONFLICTS = { retries: 5, delayMs: 10, wait: (error: unknown, ms: number) => (isConflict(error) ? ms : null) };

const OURS = `exchange_id = $1 AND fence = $2 AND status IN ${ACTIVE}`;

/** Who works on which exchange. What a claim writes is written only as long as nobody has claimed after it. */
@Injectable()
export class ClaimsRepository {
  constructor(private readonly db: DataSource) {}

  /** Takes one that is due and that nobody alive works on. Nobody else takes it for `leaseMs`. */
  async claim(leaseMs: number): Promise<Claimed | undefined> {
    const [claimed] = await rows<Claimed>(
      this.db,
      `WITH due AS (
         SELECT exchange_id FROM exchanges
          WHERE status IN ${ACTIVE} AND next_look_at <= now() AND (lease_until IS NULL OR lease_until <= now())
          ORDER BY next_look_at LIMIT 1 FOR UPDATE SKIP LOCKED)
       UPDATE exchanges e SET fence = fence + 1, lease_until = now() + make_interval(secs => $1), waiting = NULL,
              status = CASE WHEN status = 'queued' THEN 'running' ELSE status END
         FROM due WHERE e.exchange_id = due.exchange_id
       RETURNING e.exchange_id, e.wiki_id, e.kind, e.phase, e.place, e.fence`,
      [leaseMs / 1000],
    );
    return claimed;
  }

  /** Holds on to it, and tells whether somebody asked to cancel it. @throws {FencedOff} */
  async heartbeat({ exchange_id, fence }: Claimed, leaseMs: number): Promise<boolean> {
    const [row] = await rows<{ cancel_requested: boolean }>(
      this.db,
      `UPDATE exchanges SET lease_until = now() + make_interval(secs => $3) WHERE ${OURS} RETURNING cancel_requested`,
      [exchange_id, fence, leaseMs / 1000],
    );
    if (row === undefined) throw new FencedOff('another worker has the exchange, or it is over');
    return row.cancel_requested;
  }

  /** One transaction that holds only as long as the claim does. The wiki is locked first, as everybody does. @throws {FencedOff} */
  fenced<T>(job: Claimed, work: (db: EntityManager) => Promise<T>): Promise<T> {
    return withRetries(
      () =>
        this.db.transaction(async (db) => {
          await rows(db, 'SELECT 1 FROM wikis WHERE wiki_id = $1 FOR KEY SHARE', [job.wiki_id]);
          await this.assertOurs(db, job);
          return work(db);
        }),
      CONFLICTS,
    );
  }

  /** Inside a transaction of others. @throws {FencedOff} */
  async assertOurs(db: EntityManager, { exchange_id, fence }: Claimed): Promise<void> {
    const ours = await rows(db, `SELECT 1 FROM exchanges WHERE ${OURS} FOR NO KEY UPDATE`, [exchange_id, fence]);
    if (ours.length === 0) throw new FencedOff('another worker has the exchange, or it is over');
  }

  /** For people: what it waits for; null: it goes on. */
  async waitFor({ exchange_id, fence }: Claimed, what: string | null): Promise<void> {
    await rows(this.db, `UPDATE exchanges SET waiting = $3 WHERE ${OURS}`, [exchange_id, fence, what]);
  }

  /** Lets go of it for another worker, or for a later look. */
  async release({ exchange_id, fence }: Claimed, afterMs = 0): Promise<void> {
    await rows(
      this.db,
      `UPDATE exchanges SET lease_until = NULL, next_look_at = now() + make_interval(secs => $3) WHERE ${OURS}`,
      [exchange_id, fence, afterMs / 1000],
    );
  }

  async settle({ exchange_id, fence }: Claimed, { status, error }: End): Promise<void> {
    await rows(
      this.db,
      `UPDATE exchanges SET status = $3, error = $4, waiting = NULL, lease_until = NULL, cancel_requested = false,
              completed_at = now() WHERE ${OURS}`,
      [exchange_id, fence, status, error === undefined ? null : withoutSecrets(error)],
    );
  }
}
