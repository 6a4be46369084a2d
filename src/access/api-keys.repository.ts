import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type List, listFrom } from '../common/cursor.js';
import { noSuchWiki } from '../common/not-found.js';
import { Problem } from '../common/problem.js';
import { type Queryable, rows } from '../database/rows.js';
import type { ApiKey, CreatedApiKey, KeyListQuery, NewApiKey } from './api-keys.schemas.js';
import { recordAudit } from './audit.js';
import type { Actor } from './caller.js';
import { digestOf, newKeyText, prefixOf } from './key-text.js';
import type { Scope } from './needs.js';

/** What is needed to know a key by. */
export interface StoredKey {
  readonly key_id: string;
  readonly name: string;
  readonly digest: Buffer;
  readonly scopes: readonly Scope[];
  readonly wiki_ids: readonly number[] | null;
  used_lately: boolean;
}

type KeyRow = Omit<ApiKey, 'created_at' | 'last_used_at' | 'expires_at' | 'revoked_at'> & {
  readonly created_at: Date;
  readonly last_used_at: Date | null;
  readonly expires_at: Date | null;
  readonly revoked_at: Date | null;
};

const FIELDS = 'key_id, name, prefix, scopes, wiki_ids, created_at, created_by, last_used_at, expires_at, revoked_at';
const VALID = 'revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())';
const LATELY = `last_used_at > now() - interval '1 minute'`;

/** The API keys as stored: never the key itself. */
@Injectable()
export class ApiKeysRepository {
  constructor(private readonly db: DataSource) {}

  /** Makes a key; its text is in the answer and nowhere else. @throws {Problem} wiki_not_found */
  async create(wanted: NewApiKey, actor: Actor): Promise<CreatedApiKey> {
    const key = newKeyText();
    const keyId = `key_${randomBytes(6).toString('hex')}`;
    const made = await this.db.transaction(async (db) => {
      await assertWikis(db, wanted.wiki_ids ?? []);
      const [row] = await rows<KeyRow>(
        db,
        `INSERT INTO api_keys (key_id, name, prefix, digest, scopes, wiki_ids, created_by, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(days => $8)) RETURNING ${FIELDS}`,
        [
          ...[keyId, wanted.name, prefixOf(key), digestOf(key), wanted.scopes, wanted.wiki_ids ?? null, actor.keyId],
          wanted.expires_in_days ?? null,
        ],
      );
      await recordAudit(db, actor, 'key.create', { subject: keyId });
      return row!;
    });
    return { ...toApiKey(made), key };
  }

  /** By key_id; revoked and expired ones too. */
  async list({ limit, cursor }: KeyListQuery): Promise<List<'api_keys', ApiKey>> {
    const found = await rows<KeyRow>(
      this.db,
      `SELECT ${FIELDS} FROM api_keys WHERE key_id > $1 ORDER BY key_id LIMIT $2`,
      [cursor ?? '', limit + 1],
    );
    return listFrom('api_keys', found.map(toApiKey), limit, (key) => key.key_id);
  }

  /** Ends a key for good; once is enough. @throws {Problem} api_key_not_found */
  async revoke(keyId: string, actor: Actor): Promise<void> {
    await this.db.transaction(async (db) => {
      const [key] = await rows<{ revoked: boolean }>(
        db,
        'SELECT revoked_at IS NOT NULL AS revoked FROM api_keys WHERE key_id = $1 FOR UPDATE',
        [keyId],
      );
      if (key === undefined)
        throw new Problem('api_key_not_found', `There is no stored API key '${keyId}'. List them: GET /api-keys.`);
      if (key.revoked) return;
      await rows(db, 'UPDATE api_keys SET revoked_at = now() WHERE key_id = $1', [keyId]);
      await recordAudit(db, actor, 'key.revoke', { subject: keyId });
    });
  }

  /** The valid key of this prefix. Whoever asks compares the digest. */
  async find(prefix: string): Promise<StoredKey | undefined> {
    const [found] = await rows<StoredKey>(
      this.db,
      `SELECT key_id, name, digest, scopes, wiki_ids, coalesce(${LATELY}, false) AS used_lately
         FROM api_keys WHERE prefix = $1 AND ${VALID}`,
      [prefix],
    );
    return found;
  }

  /** Those of the keys that are still valid. */
  async valid(keyIds: readonly string[]): Promise<Set<string>> {
    const found = await rows<{ key_id: string }>(
      this.db,
      `SELECT key_id FROM api_keys WHERE key_id = ANY($1) AND ${VALID}`,
      [keyIds],
    );
    return new Set(found.map(({ key_id }) => key_id));
  }

  /** At most one write a minute and key, however many processes see it used. */
  async noteUse(keyId: string): Promise<void> {
    await rows(
      this.db,
      `UPDATE api_keys SET last_used_at = now() WHERE key_id = $1 AND coalesce(${LATELY}, false) = false`,
      [keyId],
    );
  }
}

/** In the transaction that deletes a wiki: a later wiki of the same number is none of what the keys were made for. */
export async function unbindFromWiki(db: Queryable, wikiId: number): Promise<void> {
  await rows(db, 'UPDATE api_keys SET wiki_ids = array_remove(wiki_ids, $1) WHERE $1 = ANY(wiki_ids)', [wikiId]);
}

/** Holds the wikis until the transaction ends, so that none is deleted while a key is bound to it. */
async function assertWikis(db: EntityManager, wikiIds: readonly number[]): Promise<void> {
  const found = await rows<{ wiki_id: number }>(
    db,
    'SELECT wiki_id FROM wikis WHERE wiki_id = ANY($1) ORDER BY wiki_id FOR KEY SHARE',
    [wikiIds],
  );
  const missing = wikiIds.find((id) => !found.some(({ wiki_id }) => wiki_id === id));
  if (missing !== undefined) throw noSuchWiki(missing);
}

function toApiKey(row: KeyRow): ApiKey {
  return {
    ...row,
    created_at: row.created_at.toISOString(),
    last_used_at: row.last_used_at?.toISOString() ?? null,
    expires_at: row.expires_at?.toISOString() ?? null,
    revoked_at: row.revoked_at?.toISOString() ?? null,
  };
}
