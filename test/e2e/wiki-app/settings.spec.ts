import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '../../../src/database/embedded/credentials.js';
import { GATEWAY_ROUTES } from '../../../src/wiki-app/gateway/routes.js';
import type { ApiDocument } from '../../support/api-document.js';
import { topicPages } from '../../support/made-pages.js';
import { type TestDatabase, testDatabase } from '../../support/postgres.js';
import { TestService } from '../../support/service.js';
import { until } from '../../support/until.js';
import { JWT_SECRET, Person } from '../../support/wiki-app.js';
import { makeWiki } from '../../support/wiki-client.js';
import { everythingIsDocumented, WIKI_APP } from '../openapi.case.js';

const KEYS = fileURLToPath(new URL('../../../src/keys.js', import.meta.url));

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database?.close());

describe('the wiki app', () => {
  let app: TestService;
  beforeAll(async () => {
    app = await TestService.start(
      { DATABASE_URL: database.url, WIKI_JWT_SECRET: JWT_SECRET, RATE_LIMIT_PER_MINUTE: '300' },
      'api',
    );
  });
  afterAll(() => app?.stop());

  describe('documentation', () => everythingIsDocumented(() => app, WIKI_APP));

  it('has a page for its documents, and the one of the service does not speak of it', async () => {
    expect((await app.get<string>('/api/docs')).body).toContain('wikitag wiki app');
    const { paths } = (await app.get<ApiDocument>('/openapi.json')).body;
    expect(Object.keys(paths).filter((path) => path.startsWith('/api/'))).toEqual([]);
  });

  it('lets users through to routes that the service has, and to no others', async () => {
    const { paths } = (await app.get<ApiDocument>('/openapi.json')).body;
    const missing = GATEWAY_ROUTES.filter(({ method, path }) => paths[path]?.[method.toLowerCase()] === undefined);
    expect(missing).toEqual([]);
  });

  it('does not print a token where its secret was given: this may be a log', () => {
    expect(app.logged).toMatch(/web page\s+http:\S+\/admin\s+\(npm run keys -- link/);
    expect(app.logged).not.toContain('token=');
  });

  it('makes a link by command, for whom it is told', async () => {
    const env = {
      ...process.env,
      PORT: new URL(app.url).port,
      WIKI_JWT_SECRET: JWT_SECRET,
      DATABASE_URL: database.url,
    };
    const command = (...more: string[]) =>
      execFileSync(process.execPath, [KEYS, 'link', ...more], { env, encoding: 'utf8' });
    const meOf = async (link: string) => {
      const [, url, token] = /^(http:\S+)\/admin#token=(\S+)\n$/.exec(link)!;
      expect(url).toBe(app.url);
      return (await app.request('GET', '/api/me', undefined, { authorization: `Bearer ${token}` })).body;
    };
    expect(await meOf(command())).toMatchObject({ sub: 'admin', role: 'admin' });
    expect(await meOf(command('--user', 'mary', '--role', 'member', '--hours', '1'))).toMatchObject({
      sub: 'mary',
      role: 'member',
    });
    for (const [bad, says] of [
      [['--role', 'owner'], '--role must be admin or member'],
      [['--hours', '0'], '--hours must be more than 0'],
    ] as const)
      expect(() => execFileSync(process.execPath, [KEYS, 'link', ...bad], { env, stdio: 'pipe' })).toThrow(says);
  });

  it('lets a user ask only so often, and an address with bad tokens far less often', async () => {
    const nora = await Person.named(() => app, 'nora');
    const nobody = () => app.request('GET', '/api/me', undefined, { authorization: 'Bearer x' });
    const guesses = [];
    for (let i = 0; i < 5; i++) guesses.push(await nobody());
    expect(guesses.map(({ status }) => status)).toEqual([401, 401, 401, 429, 429]);
    expect(guesses[3]!.body['code']).toBe('rate_limited');
    expect(Number(guesses[3]!.headers.get('retry-after'))).toBeGreaterThan(0);
    const asked: number[] = [];
    for (let i = 0; i < 301; i++) asked.push((await nora.get('/api/notifications')).status);
    expect(new Set(asked.slice(0, 300))).toEqual(new Set([200])); // the guesses from the same address do not count for her
    expect(asked[300]).toBe(429);
  });
});

describe('a decision through the gateway', () => {
  it('is of the user who made it, whatever script the name is in', async () => {
    const app = await TestService.start({ DATABASE_URL: database.url, WIKI_JWT_SECRET: JWT_SECRET });
    try {
      const name = '蕙 O’Brien 100%';
      const admin = await Person.named(() => app, name, 'admin');
      const wiki = await makeWiki(app, topicPages(30, 3));
      const { body } = await admin.post<{ job_id: string }>('/api/tags/cluster-tag-wiki', { wiki_id: wiki });
      await until(
        async () => (await admin.get(`/api/tags/jobs/${body.job_id}`)).body['status'] === 'completed',
        30_000,
      );
      const { tags } = (await admin.get<{ tags: { tag: string }[] }>(`/api/service/wikis/${wiki}/tags`)).body;
      const path = `/api/service/wikis/${wiki}/decisions`;
      expect((await admin.post(path, { decision: 'reject', tag: tags[0]!.tag })).status).toBe(200);
      const { decisions } = (await admin.get<{ decisions: object[] }>(path)).body;
      expect(decisions).toMatchObject([{ decided_by: name, decision: 'reject' }]);
    } finally {
      await app.stop();
    }
  });
});

describe('a process', () => {
  let process_: TestService | undefined;
  let worker: TestService | undefined;
  afterEach(async () => {
    await worker?.stop();
    await process_?.stop();
  });

  it('without a secret on a database of its own has no wiki app, and says so', async () => {
    process_ = await TestService.start({ DATABASE_URL: database.url }, 'api');
    expect(process_.logged).toContain('web page      off: WIKI_JWT_SECRET is not set');
    const mary = await Person.named(() => process_!, 'mary');
    for (const path of ['/api/me', '/api/service/wikis/1', '/api/wikis']) {
      const { status, body } = await mary.get(path);
      expect([path, status, body['code']]).toEqual([path, 404, 'wiki_app_off']);
    }
    expect((await mary.post('/api/tags/callback', {})).body['code']).toBe('wiki_app_off');
  });

  it('of the API is told by a worker elsewhere, at WIKI_APP_URL', async () => {
    const port = await freePort();
    const env = {
      ...{ DATABASE_URL: database.url, WIKI_JWT_SECRET: JWT_SECRET, WEBHOOK_SECRET: 'the same in both of them' },
      ...{ WIKI_APP_URL: `http://127.0.0.1:${port}/`, TAGGER: 'keywords' },
    };
    process_ = await TestService.start({ ...env, PORT: String(port) }, 'api');
    worker = await TestService.start(env, 'worker');
    const alice = await Person.named(() => process_!, 'alice', 'admin');
    const wiki = await makeWiki(process_, topicPages(20, 2));
    const { body } = await alice.post<{ job_id: string }>('/api/tags/cluster-tag-wiki', { wiki_id: wiki });
    const state = async () =>
      (await process_!.get<{ webhooks: { state: string }[] }>(`/webhooks?job_id=${body.job_id}`)).body.webhooks[0]
        ?.state;
    await until(async () => (await state()) === 'delivered', 30_000, 'the delivery');
    expect((await alice.get(`/api/tags/jobs/${body.job_id}`)).body).toMatchObject({ status: 'completed' });
  });
});
