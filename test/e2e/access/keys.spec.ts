import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { ApiKey } from '../../../src/access/api-keys.schemas.js';
import type { AuditEntry } from '../../../src/access/audit.schemas.js';
import { EmbeddedPostgres } from '../../../src/database/embedded/embedded-postgres.js';
import { type DataFolder, dataFolder } from '../../support/data-folder.js';
import { keyFor, madeKey } from '../../support/keys.js';
import { topicPages } from '../../support/made-pages.js';
import { TestService } from '../../support/service.js';
import { until } from '../../support/until.js';
import { makeWiki } from '../../support/wiki-client.js';

const COMMAND = fileURLToPath(new URL('../../../src/keys.js', import.meta.url)); // from dist/test/e2e/access

/** Two APIs on one embedded database, and no worker: runs stay queued. */
describe('API keys', () => {
  let folder: DataFolder;
  let attached: EmbeddedPostgres;
  let db: pg.Client;
  let service: TestService;
  let other: TestService;

  beforeAll(async () => {
    folder = dataFolder();
    service = await TestService.start({ DATA_DIR: folder.path }, 'api');
    other = await TestService.start({ DATA_DIR: folder.path }, 'api');
    attached = await EmbeddedPostgres.start(folder.path);
    db = new pg.Client({ connectionString: attached.url });
    await db.connect();
  });
  afterAll(async () => {
    await db?.end();
    await attached?.leave();
    await service?.stop();
    await other?.stop();
    folder.remove();
  });

  const statusWith = async (key: string, path = '/wikis', at = service) =>
    (await at.request('GET', path, undefined, { authorization: `Bearer ${key}` })).status;
  const command = (...args: string[]) =>
    promisify(execFile)(process.execPath, [COMMAND, ...args], {
      env: { PATH: process.env['PATH'], DATA_DIR: folder.path },
    });
  const auditOf = async (query: string) =>
    (await service.get<{ entries: AuditEntry[] }>(`/audit?${query}`)).body.entries;

  it('are stored as a hash: the key itself stands in no row', async () => {
    const { key, prefix } = await madeKey(service, { scopes: ['read'] });
    const { rows } = await db.query<{ row: string }>('SELECT api_keys::text AS row FROM api_keys');
    const secret = key.slice(prefix.length + 1);
    expect(secret).toHaveLength(43);
    for (const { row } of rows) {
      expect(row).not.toContain(secret);
      expect(row).not.toContain(Buffer.from(secret).toString('hex'));
    }
    expect(JSON.stringify((await service.get('/api-keys')).body)).not.toContain(secret);
  });

  it('do what their scopes say: admin everything, read and write only that', async () => {
    const [read, write, admin] = await Promise.all(
      (['read', 'write', 'admin'] as const).map((scope) => keyFor(service, { scopes: [scope] })),
    );
    const made = (key: string) =>
      service.request('POST', '/wikis', { name: 'by scope' }, { authorization: `Bearer ${key}` });
    expect([await statusWith(read!), (await made(read!)).status]).toEqual([200, 403]);
    expect([await statusWith(write!), (await made(write!)).status]).toEqual([403, 201]);
    expect([await statusWith(admin!), (await made(admin!)).status]).toEqual([200, 201]);
    expect(await statusWith(write!, '/audit')).toBe(403);
    expect(await statusWith(admin!, '/audit')).toBe(200);
  });

  it('open nothing two seconds after they were revoked, in no process, and what they have under way is cut off', async () => {
    const wiki = await makeWiki(service, topicPages(6, 2));
    const { body } = await service.post<{ job_id: string }>('/analyze/wiki/cluster', { wiki_id: wiki });
    const { key, key_id } = await madeKey(service, { scopes: ['read'], wiki_ids: [wiki] });
    const events = await fetch(`${other.url}/analyze/wiki/cluster/${body.job_id}/events`, {
      headers: { authorization: `Bearer ${key}` },
    });
    const reader = events.body!.getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toContain('queued');
    expect((await service.request('DELETE', `/api-keys/${key_id}`)).status).toBe(204);
    await until(async () => (await statusWith(key)) === 401 && (await statusWith(key, '/wikis', other)) === 401, 2_000);
    await expect(reader.read()).rejects.toThrow();
    expect((await service.request('DELETE', `/api-keys/${key_id}`)).status).toBe(204); // once more is no harm
    await service.post(`/analyze/wiki/cluster/${body.job_id}/cancel`);
  });

  it('end by themselves, and say when they were used', async () => {
    const { key, key_id } = await madeKey(service, { scopes: ['read'] });
    expect(await statusWith(key)).toBe(200);
    const listed = async () =>
      (await service.get<{ api_keys: ApiKey[] }>('/api-keys?limit=1000')).body.api_keys.find(
        (k) => k.key_id === key_id,
      )!;
    await until(async () => (await listed()).last_used_at !== null, 5_000);
    const first = (await listed()).last_used_at;
    expect(await statusWith(key, '/wikis', other)).toBe(200);
    expect((await listed()).last_used_at).toBe(first); // within the minute it is not written again
    await db.query('UPDATE api_keys SET expires_at = now() WHERE key_id = $1', [key_id]);
    await until(async () => (await statusWith(key)) === 401, 2_000);
  });

  it('lose a wiki that is deleted: a later one of the same number is not theirs', async () => {
    const wiki = await makeWiki(service, []);
    const key = await keyFor(service, { scopes: ['read'], wiki_ids: [wiki] });
    expect(await statusWith(key, `/wikis/${wiki}`)).toBe(200);
    await service.request('DELETE', `/wikis/${wiki}`);
    expect((await service.post('/wikis', { wiki_id: wiki, name: 'another' })).status).toBe(201);
    await until(async () => (await statusWith(key, `/wikis/${wiki}`)) === 404, 2_000);
  });

  it('cannot be bound to a wiki that is not there', async () => {
    const answer = await service.post('/api-keys', { name: 'x', scopes: ['read'], wiki_ids: [999_999] });
    expect(answer).toMatchObject({ status: 404, body: { code: 'wiki_not_found' } });
  });

  it('keep their Idempotency-Keys apart by wiki', async () => {
    const headers = { 'idempotency-key': 'the-same' };
    const [a, b] = [await makeWiki(service, []), await makeWiki(service, [])];
    const first = await service.post('/analyze/wiki/cluster', { wiki_id: a }, headers);
    const second = await service.post('/analyze/wiki/cluster', { wiki_id: b }, headers);
    expect([first.status, second.status]).toEqual([202, 202]);
    expect(second.body['job_id']).not.toBe(first.body['job_id']);
  });

  it('are made, listed and revoked by command while the service runs', async () => {
    const wiki = await makeWiki(service, []);
    const made = await command('create', '--name', 'by command', '--scopes', 'read,write', '--wiki', String(wiki));
    const key = made.stdout.trim();
    expect(await statusWith(key, `/wikis/${wiki}`)).toBe(200);
    const { stdout } = await command('list');
    const line = stdout.split('\n').find((text) => text.includes('"by command"'))!;
    expect(line).toContain(`read,write  wikis ${wiki}  valid`);
    expect(stdout).not.toContain(key);
    await command('revoke', line.split(' ')[0]!);
    await until(async () => (await statusWith(key)) === 401, 2_000);
    await expect(command('create', '--name', 'x', '--scopes', 'everything')).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--scopes must be one of read, write, admin'),
    });
    await expect(command('revoke', 'key_000000000000')).rejects.toMatchObject({ code: 1 });
  });

  describe('leave a trail', () => {
    it('of who started, cancelled and resumed a run, made and deleted a wiki, made and revoked a key', async () => {
      const mine = await madeKey(service, { scopes: ['admin'] });
      const as = { authorization: `Bearer ${mine.key}` };
      const wiki = (await service.request('POST', '/wikis', { name: 'watched' }, as)).body['wiki_id'] as number;
      const start = () => service.request('POST', '/analyze/wiki/cluster', { wiki_id: wiki }, as);
      const { body, headers } = await start();
      const job = body['job_id'] as string;
      expect((await start()).status).toBe(409);
      await service.request('POST', `/analyze/wiki/cluster/${job}/cancel`, undefined, as);
      expect((await service.request('POST', `/analyze/wiki/cluster/${job}/cancel`, undefined, as)).status).toBe(409);
      await service.request('POST', `/analyze/wiki/cluster/${job}/resume`, undefined, as);
      await service.post(`/analyze/wiki/cluster/${job}/cancel`);
      await service.request('DELETE', `/wikis/${wiki}`, undefined, as);
      const entries = await auditOf(`wiki_id=${wiki}`);
      expect(entries.map(({ action, key_id }) => [action, key_id]).reverse()).toEqual([
        ['wiki.create', mine.key_id],
        ['run.start', mine.key_id],
        ['run.cancel', mine.key_id],
        ['run.resume', mine.key_id],
        ['run.cancel', 'configured-1'],
        ['wiki.delete', mine.key_id],
      ]);
      expect(entries.find(({ action }) => action === 'run.start')).toMatchObject({
        name: mine.name,
        job_id: job,
        request_id: headers.get('x-request-id'),
        address: expect.stringContaining('127.0.0.1'),
      });
      expect(await auditOf(`job_id=${job}`)).toHaveLength(4);
      await service.request('DELETE', `/api-keys/${mine.key_id}`);
      const ofKey = (await auditOf('limit=1000')).filter(({ subject }) => subject === mine.key_id);
      expect(ofKey.map(({ action }) => action)).toEqual(['key.revoke', 'key.create']);
    });

    it('page by page', async () => {
      const all = (await auditOf('limit=1000')).length;
      const seen: AuditEntry[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const more: string = cursor === '' ? '' : `&cursor=${cursor}`;
        const { body } = await service.get<{ entries: AuditEntry[]; next_cursor: string | null }>(
          `/audit?limit=5${more}`,
        );
        seen.push(...body.entries);
        cursor = body.next_cursor;
      }
      expect(seen).toHaveLength(all);
    });

    it('or do not happen: what cannot be written down is not done', async () => {
      const wiki = await makeWiki(service, []);
      await db.query('ALTER TABLE audit_log ADD CONSTRAINT refuses CHECK (false) NOT VALID');
      try {
        const refused = [
          await service.post('/wikis', { name: 'unheard of' }),
          await service.post('/analyze/wiki/cluster', { wiki_id: wiki }),
          await service.post('/api-keys', { name: 'x', scopes: ['read'] }),
          await service.request('DELETE', `/wikis/${wiki}`),
        ];
        expect(refused.map(({ status }) => status)).toEqual([500, 500, 500, 500]);
      } finally {
        await db.query('ALTER TABLE audit_log DROP CONSTRAINT refuses');
      }
      const { rows } = await db.query(
        `SELECT (SELECT count(*)::int FROM wikis WHERE name = 'unheard of') AS wikis,
                (SELECT count(*)::int FROM runs WHERE wiki_id = $1) AS runs,
                (SELECT count(*)::int FROM api_keys WHERE name = 'x') AS keys,
                (SELECT count(*)::int FROM wikis WHERE wiki_id = $1) AS kept`,
        [wiki],
      );
      expect(rows).toEqual([{ wikis: 0, runs: 0, keys: 0, kept: 1 }]);
    });
  });
});
