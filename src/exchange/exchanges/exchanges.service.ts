import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { recordAudit } from '../../access/audit.js';
import type { Actor } from '../../access/caller.js';
import { Problem } from '../../common/problem.js';
import { type Queryable, rows } from '../../database/rows.js';
import { assertNoneActive } from '../active.js';
import { ConnectionsRepository } from '../connections/connections.repository.js';
import { begin, ExchangesRepository, type LockedExchange } from './exchanges.repository.js';
import type { Exchange, NewExchange } from './exchanges.schemas.js';

/** Starts imports and exports and steers them. The work is done by the workers. */
@Injectable()
export class ExchangesService {
  constructor(
    private readonly db: DataSource,
    private readonly exchanges: ExchangesRepository,
    private readonly connections: ConnectionsRepository,
  ) {}

  /** @throws {Problem} wiki_not_found, connection_not_found, exchange_active, exchange_not_possible, run_active */
  async start(wikiId: number, { kind }: NewExchange, actor: Actor): Promise<Exchange> {
    const id = `exchange_${wikiId}_${randomBytes(6).toString('hex')}`;
    await this.db.transaction(async (db) => {
      await rows(db, 'SELECT 1 FROM wikis WHERE wiki_id = $1 FOR NO KEY UPDATE', [wikiId]);
      const { place, can_write } = await this.connections.place(db, wikiId);
      if (kind === 'export') await assertExportable(db, wikiId, can_write);
      await assertNoneActive(db, wikiId);
      await rows(
        db,
        `INSERT INTO exchanges (exchange_id, wiki_id, place, kind, phase, status) VALUES ($1, $2, $3, $4, $5, 'queued')`,
        [id, wikiId, place, kind, kind === 'import' ? 'import' : 'plan'],
      );
      await recordAudit(db, actor, 'exchange.start', { wiki_id: wikiId, subject: id });
    });
    return this.exchanges.get(id);
  }

  /** Writes what a preview showed. @throws {Problem} exchange_not_found, exchange_active, exchange_not_possible */
  write(exchangeId: string, actor: Actor): Promise<Exchange> {
    return this.exchanges.change(exchangeId, 'exchange.write', actor, async (db, exchange) => {
      if (exchange.status !== 'previewed')
        throw notPossible(`Only an export that is previewed can be written; this one is ${exchange.status}.`);
      const newer = await rows(
        db,
        `SELECT 1 FROM exchanges WHERE wiki_id = $1 AND kind = 'export' AND seq > $2 LIMIT 1`,
        [exchange.wiki_id, exchange.seq],
      );
      if (newer.length > 0) throw notPossible('There is a newer preview of this wiki; write that one.');
      await this.assertSamePlace(db, exchange);
      await begin(db, exchange, 'write', 'writing');
    });
  }

  /** Takes back what an export wrote. @throws {Problem} exchange_not_found, exchange_active, exchange_not_possible */
  undo(exchangeId: string, actor: Actor): Promise<Exchange> {
    return this.exchanges.change(exchangeId, 'exchange.undo', actor, async (db, exchange) => {
      const ended = ['completed', 'failed', 'cancelled'].includes(exchange.status);
      if (!ended || !['write', 'undo'].includes(exchange.phase))
        throw notPossible(`Only an export that was written can be undone; this is ${described(exchange)}.`);
      await this.assertSamePlace(db, exchange);
      await begin(db, exchange, 'undo', 'undoing');
    });
  }

  /** What is done stays. @throws {Problem} exchange_not_found, exchange_not_possible */
  cancel(exchangeId: string, actor: Actor): Promise<Exchange> {
    return this.exchanges.change(exchangeId, 'exchange.cancel', actor, async (db, exchange) => {
      if (!['queued', 'running', 'previewed', 'writing', 'undoing'].includes(exchange.status))
        throw notPossible(`It is ${exchange.status} already.`);
      await rows(
        db,
        exchange.held
          ? 'UPDATE exchanges SET cancel_requested = true WHERE exchange_id = $1'
          : `UPDATE exchanges SET status = 'cancelled', waiting = NULL, completed_at = now() WHERE exchange_id = $1`,
        [exchangeId],
      );
    });
  }

  /** Goes on from where it failed or was cancelled. @throws {Problem} exchange_not_found, exchange_active, exchange_not_possible */
  resume(exchangeId: string, actor: Actor): Promise<Exchange> {
    return this.exchanges.change(exchangeId, 'exchange.resume', actor, async (db, exchange) => {
      if (exchange.status !== 'failed' && exchange.status !== 'cancelled')
        throw notPossible(`Only one that failed or was cancelled can be resumed; this one is ${exchange.status}.`);
      await this.assertSamePlace(db, exchange);
      const status = { import: 'running', plan: 'running', write: 'writing', undo: 'undoing' } as const;
      await rows(db, 'UPDATE exchanges SET gone_meant = gone WHERE exchange_id = $1', [exchangeId]);
      await begin(db, exchange, exchange.phase, status[exchange.phase]);
    });
  }

  private async assertSamePlace(db: Queryable, { wiki_id, place }: LockedExchange): Promise<void> {
    const now = await this.connections.place(db, wiki_id);
    if (now.place !== place) throw notPossible('The wiki has been connected to another place since; start a new one.');
  }
}

/** @throws {Problem} exchange_not_possible, run_active */
async function assertExportable(db: EntityManager, wikiId: number, canWrite: boolean): Promise<void> {
  if (!canWrite)
    throw notPossible(
      `The wiki can be read and not written. GET /wikis/${wikiId}/connection says why; mend it and check it again.`,
    );
  const [run] = await rows<{ job_id: string }>(
    db,
    `SELECT job_id FROM runs WHERE wiki_id = $1 AND status IN ('queued', 'processing')`,
    [wikiId],
  );
  if (run === undefined) return;
  const detail = `Run ${run.job_id} changes the tags just now; export them when it has ended.`;
  throw new Problem('run_active', detail, { job_id: run.job_id });
}

const notPossible = (detail: string) => new Problem('exchange_not_possible', detail);
const described = ({ kind, phase, status }: LockedExchange) =>
  kind === 'import' ? 'an import' : phase === 'plan' ? 'a preview that was never written' : `one that is ${status}`;
