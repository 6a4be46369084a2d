import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { recordAudit } from '../../access/audit.js';
import type { Actor } from '../../access/caller.js';
import { noSuchWiki } from '../../common/not-found.js';
import { Problem } from '../../common/problem.js';
import type { Checked, ConnectorKind } from '../../connectors/contract.js';
import { type Connection, connection, placeOf, SECRET_FIELDS } from '../../connectors/create.js';
import { WikiFault } from '../../connectors/faults.js';
import { type Queryable, rows } from '../../database/rows.js';
import { assertNoneActive } from '../active.js';
import type { ShownConnection } from './connections.schemas.js';
import { SECRET_BOX, type SecretBox } from './secret-box.js';

interface Row {
  readonly kind: ConnectorKind;
  readonly settings: Record<string, unknown>;
  readonly secrets: Buffer | null;
  readonly place: string;
  readonly checked: Checked;
  readonly checked_at: Date;
  readonly created_at: Date;
}

/** The connection of each wiki, its secrets encrypted. */
@Injectable()
export class ConnectionsRepository {
  constructor(
    private readonly db: DataSource,
    @Inject(SECRET_BOX) private readonly box: SecretBox | undefined,
  ) {}

  /** Stores a connection that was checked. @throws {Problem} wiki_not_found, exchange_active, validation_failed */
  async put(wikiId: number, of: Connection, checked: Checked, actor: Actor): Promise<void> {
    const { settings, secrets } = this.split(wikiId, of);
    await this.db.transaction(async (db) => {
      await lockWithoutExchange(db, wikiId);
      const place = placeOf(of);
      // what is known of the pages of another wiki says nothing of this one's
      await rows(
        db,
        'DELETE FROM page_revisions USING connections c WHERE page_revisions.wiki_id = $1 AND c.wiki_id = $1 AND c.place <> $2',
        [wikiId, place],
      );
      await rows(
        db,
        `INSERT INTO connections (wiki_id, kind, settings, secrets, place, checked) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (wiki_id) DO UPDATE SET kind = excluded.kind, settings = excluded.settings, secrets = excluded.secrets,
           place = excluded.place, checked = excluded.checked, checked_at = now()`,
        [wikiId, of.kind, JSON.stringify(settings), secrets, place, JSON.stringify(checked)],
      );
      await recordAudit(db, actor, 'connection.set', { wiki_id: wikiId });
    });
  }

  /** As people may see it. @throws {Problem} wiki_not_found, connection_not_found */
  async shown(wikiId: number): Promise<ShownConnection> {
    const { kind, settings, checked, checked_at, created_at } = await this.row(this.db, wikiId);
    const times = { checked_at: checked_at.toISOString(), created_at: created_at.toISOString() };
    return { wiki_id: wikiId, kind, settings, ...checked, ...times } as ShownConnection;
  }

  /** With its secrets. @throws {Problem} wiki_not_found, connection_not_found @throws {WikiFault} where they cannot be read */
  async open(wikiId: number): Promise<{ connection: Connection; place: string }> {
    const { kind, settings, secrets, place } = await this.row(this.db, wikiId);
    const opened = secrets === null ? {} : this.unseal(wikiId, secrets);
    return { connection: connection.parse({ kind, settings: { ...settings, ...opened } }), place };
  }

  /** @throws {Problem} wiki_not_found, connection_not_found */
  async place(db: Queryable, wikiId: number): Promise<{ place: string; can_write: boolean }> {
    const { place, checked } = await this.row(db, wikiId);
    return { place, can_write: checked.can_write };
  }

  async noteCheck(wikiId: number, checked: Checked): Promise<void> {
    await rows(this.db, 'UPDATE connections SET checked = $2, checked_at = now() WHERE wiki_id = $1', [
      wikiId,
      JSON.stringify(checked),
    ]);
  }

  /** What was imported stays. @throws {Problem} wiki_not_found, connection_not_found, exchange_active */
  async delete(wikiId: number, actor: Actor): Promise<void> {
    await this.db.transaction(async (db) => {
      await lockWithoutExchange(db, wikiId);
      await this.row(db, wikiId);
      await rows(db, 'DELETE FROM connections WHERE wiki_id = $1', [wikiId]);
      await recordAudit(db, actor, 'connection.delete', { wiki_id: wikiId });
    });
  }

  private async row(db: Queryable, wikiId: number): Promise<Row> {
    const [row] = await rows<Row>(db, 'SELECT * FROM connections WHERE wiki_id = $1', [wikiId]);
    if (row !== undefined) return row;
    if ((await rows(db, 'SELECT 1 FROM wikis WHERE wiki_id = $1', [wikiId])).length === 0) throw noSuchWiki(wikiId);
    throw new Problem(
      'connection_not_found',
      `Wiki ${wikiId} is not connected. Connect it: PUT /wikis/${wikiId}/connection.`,
    );
  }

  private split(wikiId: number, { kind, settings }: Connection) {
    const isSecret = ([field]: [string, unknown]) => SECRET_FIELDS[kind].includes(field);
    const all = Object.entries(settings);
    const secrets = all.filter(isSecret) as [string, string][];
    const open = Object.fromEntries(all.filter((field) => !isSecret(field)));
    if (secrets.length === 0) return { settings: open, secrets: null };
    if (this.box === undefined)
      throw new Problem(
        'validation_failed',
        'CONNECTION_SECRET is not set in the service, and without it no password can be kept. The operator sets it.',
      );
    return { settings: open, secrets: this.box.seal(wikiId, Object.fromEntries(secrets)) };
  }

  private unseal(wikiId: number, secrets: Buffer): Readonly<Record<string, string>> {
    try {
      if (this.box !== undefined) return this.box.open(wikiId, secrets);
    } catch {} // the same as with no key at all
    throw new WikiFault(
      'misconfigured',
      'The credentials of this wiki cannot be read: CONNECTION_SECRET is not the one they were kept with. Connect it again.',
    );
  }
}

/** @throws {Problem} wiki_not_found, exchange_active */
async function lockWithoutExchange(db: EntityManager, wikiId: number): Promise<void> {
  const wiki = await rows(db, 'SELECT 1 FROM wikis WHERE wiki_id = $1 FOR NO KEY UPDATE', [wikiId]);
  if (wiki.length === 0) throw noSuchWiki(wikiId);
  await assertNoneActive(db, wikiId);
}
