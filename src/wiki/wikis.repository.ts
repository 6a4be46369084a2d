import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { unbindFromWiki } from '../access/api-keys.repository.js';
import { recordAudit } from '../access/audit.js';
import type { Actor, Caller } from '../access/caller.js';
import { type List, listFrom } from '../common/cursor.js';
import { noSuchWiki } from '../common/not-found.js';
import { Problem } from '../common/problem.js';
import { rows } from '../database/rows.js';
import type { NewWiki, Wiki, WikiListQuery } from './schemas/wiki.js';

type WikiRow = Omit<Wiki, 'created_at'> & { created_at: Date };

const FIELDS = `wiki_id, name, current_job_id, created_at,
  (SELECT count(*)::int FROM pages p WHERE p.wiki_id = wikis.wiki_id) AS pages`;

const SEQUENCE = `pg_get_serial_sequence('wikis', 'wiki_id')`;

/** The wikis as stored. */
@Injectable()
export class WikisRepository {
  constructor(private readonly db: DataSource) {}

  /** @throws {Problem} wiki_exists */
  async create({ name, wiki_id }: NewWiki, actor: Actor): Promise<{ wiki_id: number; name: string }> {
    return this.db.transaction(async (db) => {
      const id = wiki_id === undefined ? await createWithNextId(db, name) : await createWithId(db, name, wiki_id);
      await recordAudit(db, actor, 'wiki.create', { wiki_id: id });
      return { wiki_id: id, name };
    });
  }

  /** Those that the caller may see. */
  async list({ limit, cursor }: WikiListQuery, { wikiIds }: Pick<Caller, 'wikiIds'>): Promise<List<'wikis', Wiki>> {
    const found = await rows<WikiRow>(
      this.db,
      `SELECT ${FIELDS} FROM wikis WHERE wiki_id > $1 AND ($3::int[] IS NULL OR wiki_id = ANY($3))
        ORDER BY wiki_id LIMIT $2`,
      [cursor ?? 0, limit + 1, wikiIds],
    );
    return listFrom('wikis', found.map(toWiki), limit, (wiki) => wiki.wiki_id);
  }

  /** @throws {Problem} wiki_not_found */
  async get(wikiId: number): Promise<Wiki> {
    const [row] = await rows<WikiRow>(this.db, `SELECT ${FIELDS} FROM wikis WHERE wiki_id = $1`, [wikiId]);
    if (row === undefined) throw noSuchWiki(wikiId);
    return toWiki(row);
  }

  /** The run whose clusters are the current ones, null before the first. @throws {Problem} wiki_not_found */
  async currentJob(wikiId: number): Promise<string | null> {
    const [row] = await rows<{ current_job_id: string | null }>(
      this.db,
      'SELECT current_job_id FROM wikis WHERE wiki_id = $1',
      [wikiId],
    );
    if (row === undefined) throw noSuchWiki(wikiId);
    return row.current_job_id;
  }

  /** @throws {Problem} wiki_not_found */
  async assertExists(wikiId: number): Promise<void> {
    await this.currentJob(wikiId);
  }

  /** Deletes the wiki and all that is its own. @throws {Problem} wiki_not_found, run_active */
  async delete(wikiId: number, actor: Actor): Promise<void> {
    await this.db.transaction(async (db) => {
      await lockIdleWiki(db, wikiId);
      // The keys would cascade all the same, but cluster by cluster: the big tables go faster in one sweep each.
      for (const table of ['page_verdicts', 'run_tags', 'page_clusters', 'page_vectors'])
        await rows(db, `DELETE FROM ${table} WHERE wiki_id = $1`, [wikiId]);
      await rows(db, 'DELETE FROM wikis WHERE wiki_id = $1', [wikiId]);
      await unbindFromWiki(db, wikiId);
      await recordAudit(db, actor, 'wiki.delete', { wiki_id: wikiId });
    });
  }
}

/** @throws {Problem} wiki_exists */
async function createWithId(db: EntityManager, name: string, wikiId: number): Promise<number> {
  const made = await rows(
    db,
    'INSERT INTO wikis (wiki_id, name) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING wiki_id',
    [wikiId, name],
  );
  if (made.length > 0) return wikiId;
  const detail = `There is a wiki ${wikiId} already. Send its pages there, or delete it first.`;
  throw new Problem('wiki_exists', detail, { wiki_id: wikiId });
}

/** Ids that callers chose may lie ahead of the sequence: step over the whole block of them that it ran into. */
async function createWithNextId(db: EntityManager, name: string): Promise<number> {
  for (;;) {
    const [next] = await rows<{ wiki_id: number }>(db, `SELECT nextval(${SEQUENCE})::int AS wiki_id`);
    const [made] = await rows<{ wiki_id: number }>(
      db,
      'INSERT INTO wikis (wiki_id, name) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING wiki_id',
      [next?.wiki_id, name],
    );
    if (made !== undefined) return made.wiki_id;
    await rows(
      db,
      `SELECT setval(${SEQUENCE}, greatest(pg_sequence_last_value(${SEQUENCE}::regclass), min(w.wiki_id)))
         FROM wikis w
        WHERE w.wiki_id >= $1 AND EXISTS (SELECT 1 FROM wikis taken WHERE taken.wiki_id = $1)
          AND NOT EXISTS (SELECT 1 FROM wikis n WHERE n.wiki_id = w.wiki_id + 1::bigint)
       HAVING min(w.wiki_id) IS NOT NULL`,
      [next?.wiki_id],
    );
  }
}

/**
 * Locks the wiki against new runs and uploads until the transaction ends, and makes sure that no run is under way.
 * @throws {Problem} wiki_not_found, run_active
 */
export async function lockIdleWiki(db: EntityManager, wikiId: number): Promise<void> {
  const locked = await rows(db, 'SELECT 1 FROM wikis WHERE wiki_id = $1 FOR UPDATE', [wikiId]);
  if (locked.length === 0) throw noSuchWiki(wikiId);
  const [run] = await rows<{ job_id: string }>(
    db,
    `SELECT job_id FROM runs WHERE wiki_id = $1 AND status IN ('queued', 'processing')`,
    [wikiId],
  );
  if (run === undefined) return;
  const how = `wait for its end or cancel it: POST /analyze/wiki/cluster/${run.job_id}/cancel`;
  throw new Problem('run_active', `Run ${run.job_id} is under way for wiki ${wikiId}; ${how}.`, { job_id: run.job_id });
}

function toWiki({ wiki_id, name, pages, current_job_id, created_at }: WikiRow): Wiki {
  return { wiki_id, name, pages, current_job_id, created_at: created_at.toISOString() };
}
