import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type AuditAction, recordAudit } from '../../access/audit.js';
import type { Actor } from '../../access/caller.js';
import { type List, listFrom } from '../../common/cursor.js';
import { noSuchExchange, noSuchWiki } from '../../common/not-found.js';
import { type Queryable, rows } from '../../database/rows.js';
import { assertNoneActive } from '../active.js';
import type { Exchange, ExchangedPage, ExchangedPageListQuery, ExchangeListQuery } from './exchanges.schemas.js';
import { PROGRESS, type ProgressRow, toExchange } from './progress.js';

interface Row extends ProgressRow {
  readonly seq: number;
}

/** Imports and exports, as people see them. */
@Injectable()
export class ExchangesRepository {
  constructor(private readonly db: DataSource) {}

  /** @throws {Problem} exchange_not_found */
  async get(exchangeId: string): Promise<Exchange> {
    const [row] = await rows<Row>(this.db, `SELECT ${PROGRESS} WHERE e.exchange_id = $1`, [exchangeId]);
    if (row === undefined) throw noSuchExchange(exchangeId);
    return toExchange(row);
  }

  /** Newest first. @throws {Problem} wiki_not_found */
  async list(wikiId: number, { limit, cursor }: ExchangeListQuery): Promise<List<'exchanges', Exchange>> {
    const found = await rows<Row>(
      this.db,
      `SELECT ${PROGRESS} WHERE e.wiki_id = $1 AND ($2::int IS NULL OR e.seq < $2) ORDER BY e.seq DESC LIMIT $3`,
      [wikiId, cursor ?? null, limit + 1],
    );
    if (found.length === 0 && (await rows(this.db, 'SELECT 1 FROM wikis WHERE wiki_id = $1', [wikiId])).length === 0)
      throw noSuchWiki(wikiId);
    const { exchanges, next_cursor } = listFrom('exchanges', found, limit, (row) => row.seq);
    return { exchanges: exchanges.map(toExchange), next_cursor };
  }

  /** Page by page, in the order in which they are written. @throws {Problem} exchange_not_found */
  async pages(
    exchangeId: string,
    { limit, cursor, state }: ExchangedPageListQuery,
  ): Promise<List<'pages', ExchangedPage>> {
    const found = await rows<ExchangedPage & { number: number }>(
      this.db,
      `SELECT page_id, title, add_tags AS add, remove_tags AS remove, state, reason, number FROM page_writes
        WHERE exchange_id = $1 AND number > $2 AND ($3::text IS NULL OR state = $3) ORDER BY number LIMIT $4`,
      [exchangeId, cursor ?? -1, state ?? null, limit + 1],
    );
    if (found.length === 0) await this.get(exchangeId);
    const { pages, next_cursor } = listFrom('pages', found, limit, (row) => row.number);
    return { pages: pages.map(({ number: _, ...page }) => page), next_cursor };
  }

  /** Changes an exchange under its lock and that of its wiki, where exchanges begin one at a time; says who did. @throws {Problem} exchange_not_found; what `change` throws */
  async change(
    exchangeId: string,
    action: AuditAction,
    actor: Actor,
    change: (db: EntityManager, exchange: LockedExchange) => Promise<void>,
  ): Promise<Exchange> {
    await this.db.transaction(async (db) => {
      await rows(
        db,
        'SELECT 1 FROM wikis WHERE wiki_id = (SELECT wiki_id FROM exchanges WHERE exchange_id = $1) FOR NO KEY UPDATE',
        [exchangeId],
      );
      const [found] = await rows<LockedExchange>(
        db,
        `SELECT exchange_id, wiki_id, kind, phase, status, place, seq, coalesce(lease_until > now(), false) AS held
           FROM exchanges WHERE exchange_id = $1 FOR UPDATE`,
        [exchangeId],
      );
      if (found === undefined) throw noSuchExchange(exchangeId);
      await change(db, found);
      await recordAudit(db, actor, action, { wiki_id: found.wiki_id, subject: exchangeId });
    });
    return this.get(exchangeId);
  }
}

export interface LockedExchange {
  readonly exchange_id: string;
  readonly wiki_id: number;
  readonly kind: 'import' | 'export';
  readonly phase: 'import' | 'plan' | 'write' | 'undo';
  readonly status: Exchange['status'];
  readonly place: string;
  readonly seq: number;
  /** A worker has it in hand. */
  readonly held: boolean;
}

/** @throws {Problem} exchange_active where another exchange of the wiki is under way */
export async function begin(
  db: Queryable,
  { exchange_id, wiki_id }: LockedExchange,
  phase: LockedExchange['phase'],
  status: Exchange['status'],
): Promise<void> {
  await assertNoneActive(db, wiki_id);
  await rows(
    db,
    `UPDATE exchanges SET phase = $2, status = $3, error = NULL, waiting = NULL, cancel_requested = false,
            completed_at = NULL, next_look_at = now() WHERE exchange_id = $1`,
    [exchange_id, phase, status],
  );
}
