import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { Job } from '../../../src/jobs/jobs.schemas.js';
import { Exchanges } from '../../support/exchanges.js';
import { FakeOpenAi } from '../../support/fake-openai.js';
import { HttpWiki } from '../../support/http-wiki.js';
import { madeKey } from '../../support/keys.js';
import { topicPages } from '../../support/made-pages.js';
import { type TestDatabase, testDatabase } from '../../support/postgres.js';
import { everyRow } from '../../support/rows.js';
import { TestService } from '../../support/service.js';
import { until } from '../../support/until.js';
import { makeWiki, runToEnd } from '../../support/wiki-client.js';

const SECRETS = {
  API_KEYS: 'recognisable-api-key-4471',
  OPENAI_API_KEY: 'recognisable_llm_key_9920',
  WEBHOOK_SECRET: 'whsec_cmVjb2duaXNhYmxlLXdlYmhvb2s=',
  CONNECTION_SECRET: 'recognisable-connection-secret-7701',
  WIKI_JWT_SECRET: 'recognisable/jwt+secret "8812"',
  TAGGING_API_KEY: 'recognisable-tagging-key-3305',
};
const WIKI_TOKEN = 'recognisable-wiki-token-6120';
const REDIS_PASSWORD = 'recognisable-redis-password-55@';

/** What nobody must be able to read anywhere, in every form it may take. */
function formsOf(secrets: readonly string[]): string[] {
  return secrets.flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret).toString('hex'),
    Buffer.from(secret).toString('base64').replace(/=+$/, '').slice(0, -2), // its last letters depend on what follows
  ]);
}

describe('no secret gets out', () => {
  let database: TestDatabase;
  let llm: FakeOpenAi;
  let http: HttpWiki;
  let service: TestService;
  let created: string;
  let env: NodeJS.ProcessEnv;
  const said: string[] = [];
  const authorization = `Bearer ${SECRETS.API_KEYS}`;

  const ask = async (method: string, path: string, body?: unknown, more: Record<string, string> = {}) => {
    const answer = await service.request(method, path, body, { authorization, ...more });
    said.push(JSON.stringify([answer.body, [...answer.headers]]));
    return answer;
  };

  beforeAll(async () => {
    database = await testDatabase();
    // says the key back wherever it can: in the message, and as the error's code, which is quoted to users
    llm = new FakeOpenAi(({ authorization: sent }) => ({
      status: 401,
      error: { message: `Incorrect API key provided: ${sent}`, code: sent?.replace('Bearer ', ''), type: sent },
    }));
    http = await HttpWiki.listen();
    http.token = WIKI_TOKEN;
    http.put('a', 'A', 'A page.');
    env = {
      ...SECRETS,
      DATABASE_URL: database.url,
      OPENAI_BASE_URL: await llm.listen(),
      LOG_LEVEL: 'trace',
      RETRY_DELAY_SECONDS: '0',
      CONNECTOR_ALLOWED_HOSTS: http.host,
    };
    service = await TestService.start(env);
  });
  afterAll(async () => {
    await service?.stop();
    await llm?.close();
    await http?.close();
    await database?.close();
  });

  it('while it works, and while the LLM says the key back', async () => {
    const asTests = {
      post: (path: string, body?: unknown, headers?: Record<string, string>) => ask('POST', path, body, headers),
      get: (path: string) => ask('GET', path),
      request: ask,
    } as unknown as TestService;
    created = (await madeKey(asTests, { scopes: ['admin'] })).key;
    said.pop(); // the answer that shows the key once
    const wiki = await makeWiki(asTests, topicPages(30, 3));
    const job = await runToEnd(asTests, wiki);
    expect(job.status).toBe('failed');
    expect(job.errors.map(({ error }) => error).join()).toMatch(/does not accept the key/);
    const as = { authorization: `Bearer ${created}` };
    for (const path of ['/wikis', '/api-keys', '/audit', '/metrics', `/analyze/wiki/cluster/${(job as Job).job_id}`])
      expect((await ask('GET', path, undefined, as)).status).toBe(200);
    await ask('GET', `/wikis/${encodeURIComponent(SECRETS.API_KEYS)}`);
    await ask('POST', '/wikis', { name: 'x', [SECRETS.OPENAI_API_KEY]: 1 });
    await ask('POST', '/wikis', `{"name": ${SECRETS.WIKI_JWT_SECRET}`, { 'content-type': 'application/json' });
    await ask('GET', '/wikis', undefined, { authorization: `Bearer ${SECRETS.API_KEYS}x` });
  });

  it('while a wiki is connected, and stays away later', async () => {
    const asTests = {
      post: (path: string, body?: unknown) => ask('POST', path, body),
      get: (path: string) => ask('GET', path),
      request: ask,
    };
    const exchanges = new Exchanges(
      asTests as unknown as TestService,
      await makeWiki(asTests as unknown as TestService, []),
    );
    const { url } = http.connection.settings;
    const connect = (settings: object) => exchanges.connect({ kind: 'http', settings });
    await connect({ url, token: WIKI_TOKEN });
    expect((await exchanges.import()).status).toBe('completed');
    expect((await ask('GET', `/wikis/${exchanges.wikiId}/connection`)).status).toBe(200);
    await expect(connect({ url: url.replace('//', `//user:${WIKI_TOKEN}@`), token: WIKI_TOKEN })).rejects.toThrow(
      '422',
    );
    await expect(connect({ url, token: `${WIKI_TOKEN} with a space` })).rejects.toThrow('422');
    http.token = 'another';
    expect((await exchanges.import()).status).toBe('failed');
    await expect(connect({ url, token: WIKI_TOKEN })).rejects.toThrow('422');
  });

  it('while the database is away', async () => {
    const name = new URL(database.url).pathname.slice(1);
    const elsewhere = new URL(database.url);
    elsewhere.pathname = 'postgres';
    const admin = new pg.Client({ connectionString: elsewhere.href });
    await admin.connect();
    try {
      await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
      await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
      expect((await ask('GET', '/wikis')).status).toBeGreaterThanOrEqual(500);
      expect((await ask('GET', '/health/ready')).status).toBe(503);
      expect(
        (await ask('GET', '/wikis', undefined, { authorization: `Bearer ${created}` })).status,
      ).toBeGreaterThanOrEqual(500);
      expect((await ask('GET', '/health/live', undefined, { authorization: `Bearer ${created}` })).status).toBe(200);
    } finally {
      await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
      await admin.end();
    }
    await until(async () => (await ask('GET', '/health/ready')).status === 200, 20_000, 'the database’s return');
  });

  it('when it cannot start', async () => {
    const wrong = new URL(database.url);
    wrong.password = 'recognisable-wrong-password-1';
    const failures = [
      await TestService.start({ ...env, DATABASE_URL: wrong.href }).catch(String),
      await TestService.start({ ...env, API_KEYS: 'short', WEBHOOK_SECRET: 'tiny' }).catch(String),
      await TestService.start({ ...env, DATABASE_URL: 'nonsense://u:recognisable-wrong-password-1@h/d' }).catch(String),
    ];
    for (const failure of failures) {
      expect(failure).toContain('could not start');
      expect(failure).not.toContain('recognisable');
      expect(failure).not.toMatch(/short\b(?! of)|tiny/);
    }
  });

  it('with a Redis that refuses its password', async () => {
    const password = encodeURIComponent(REDIS_PASSWORD);
    const second = await TestService.start({ ...env, REDIS_URL: `redis://user:${password}@127.0.0.1:1` }, 'api');
    const headers = { authorization };
    const wiki = await second.request('POST', '/wikis', { name: 'for Redis' }, headers);
    await second.request('POST', '/analyze/wiki/cluster', { wiki_id: wiki.body['wiki_id'] }, headers);
    said.push(JSON.stringify((await second.request('GET', '/health/ready', undefined, headers)).body));
    await second.stop();
    for (const form of formsOf([REDIS_PASSWORD, ...Object.values(SECRETS)])) expect(second.logged).not.toContain(form);
  });

  it('into a log, an answer or a row', async () => {
    await service.stop();
    const secrets = formsOf([
      ...Object.values(SECRETS),
      WIKI_TOKEN,
      REDIS_PASSWORD,
      created,
      new URL(database.url).password,
    ]);
    expect(service.logged.split('\n').length).toBeGreaterThan(20);
    const rows = await everyRow(database.url);
    expect(rows.length).toBeGreaterThan(50);
    for (const secret of secrets) {
      expect(service.logged).not.toContain(secret);
      expect(said.filter((text) => text.includes(secret))).toEqual([]);
      expect(rows.filter((row) => row.includes(secret))).toEqual([]);
    }
  });
});
