import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { GATEWAY_ROUTES } from '../../../src/wiki-app/gateway/routes.js';
import type { Who } from '../../../src/wiki-app/user.guard.js';
import { type ApiDocument, type ApiRoute, guardedRoutes, resolved } from '../../support/api-document.js';
import { badRequests } from '../../support/bad-requests.js';
import { FakeTaggingService, type Got, json } from '../../support/fake-tagging-service.js';
import { type TestDatabase, testDatabase } from '../../support/postgres.js';
import { rowCounts } from '../../support/rows.js';
import { TestService } from '../../support/service.js';
import { JWT_SECRET, tokenOf } from '../../support/wiki-app.js';

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
function tokenWith(header: object, claims: object, secret = JWT_SECRET): string {
  const signed = `${part(header)}.${part(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}
const HS256 = { alg: 'HS256' };
const ADMIN = { sub: 'alice', role: 'admin' };
const now = Math.floor(Date.now() / 1000);

/** A service in which everything is there and belongs to wiki 1. */
function answerTo({ method, url }: Got, nextRun: () => number): [status: number, body: object] {
  const wiki = { wiki_id: 1, name: 'w', pages: 0, current_job_id: null, created_at: '2026-01-31T12:00:00.000Z' };
  if (method === 'GET' && url.startsWith('/wikis?')) return [200, { wikis: [wiki], next_cursor: null }];
  if (method === 'POST' && url === '/wikis') return [201, { wiki_id: 3 }];
  if (method !== 'POST' || url !== '/analyze/wiki/cluster') return [200, wiki];
  return [202, { job_id: `job_${nextRun()}`, status: 'queued', estimated_duration_seconds: 1 }];
}

/** Wiki 1 is mary's, wiki 2 olga's. The service is a fake: each of its routes is there, whatever it does. */
describe('every route of the wiki app', () => {
  let database: TestDatabase;
  let fake: FakeTaggingService;
  let app: TestService;
  let document: ApiDocument;
  let routes: (ApiRoute & { readonly who: Who | 'gateway' })[];
  const names: Record<string, string> = { wiki_id: '1', notification_id: '1', cluster_id: '0', decision_id: '5' };

  let runs = 0;

  beforeAll(async () => {
    database = await testDatabase();
    fake = await new FakeTaggingService((response, got) => {
      const [status, body] = answerTo(got, () => ++runs);
      json(status, body)(response, got);
    }).listen();
    app = await TestService.start(
      {
        ...{ DATABASE_URL: database.url, WIKI_JWT_SECRET: JWT_SECRET, WEBHOOK_SECRET: 'only-to-be-there' },
        RATE_LIMIT_PER_MINUTE: '0',
        ...{ TAGGING_API_URL: fake.url, TAGGING_API_KEY: 'the-key-of-the-wiki' },
      },
      'api',
    );
    document = (await app.get<ApiDocument>('/api/openapi.json')).body;
    const gateway = GATEWAY_ROUTES.map(({ method, path, who }) => ({
      ...{ method, path: `/api/service${path === '/analyze/wiki/cluster' ? `${path}?wiki_id={wiki_id}` : path}` },
      ...{ operation: {}, who: who === 'admin' ? who : ('gateway' as const) },
    }));
    const own = guardedRoutes(document).map((route) => ({ ...route, who: route.operation['x-who']! }));
    routes = [...own, ...gateway];
    for (const [wiki, owner] of [
      [1, 'mary'],
      [2, 'olga'],
    ]) {
      const authorization = `Bearer ${await tokenOf('alice', 'admin')}`;
      const set = await app.request('PUT', `/api/wikis/${wiki}/owner`, { owner }, { authorization });
      expect(set.status).toBe(200);
    }
    const authorization = `Bearer ${await tokenOf('mary')}`;
    const started = await app.request('POST', '/api/tags/cluster-tag-wiki', { wiki_id: 1 }, { authorization });
    expect(started.body['job_id']).toBe('job_1');
    Object.assign(names, { job_id: 'job_1', exchange_id: 'exchange_1' });
  });
  afterAll(async () => {
    await app?.stop();
    await fake?.close();
    await database?.close();
  });

  /** A request that names wiki 1 wherever the route takes such a name, and leaves the owner as it is. */
  async function ask({ method, path, operation }: ApiRoute, authorization: string | undefined) {
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => names[name] ?? 'none');
    const query = (operation.parameters ?? []).filter((p) => p.in === 'query' && names[p.name] !== undefined);
    const content = Object.values(operation.requestBody?.content ?? {})[0];
    const fields = Object.keys(resolved(content?.schema, document)?.properties ?? {});
    const values: Record<string, unknown> = { wiki_id: 1, owner: 'mary', name: 'new' };
    const body = Object.fromEntries(fields.filter((name) => name in values).map((name) => [name, values[name]]));
    const headers = { authorization: authorization ?? '', ...(content && { 'content-type': 'application/json' }) };
    const search = query.map(({ name }) => `${name}=${names[name]}`).join('&');
    return app.request(method, search ? `${filled}?${search}` : filled, content && JSON.stringify(body), headers);
  }

  /** What each route says: a refusal by its code, everything else as let in. */
  async function table(authorization: string | undefined): Promise<Record<string, string>> {
    const found: Record<string, string> = {};
    for (const route of routes) {
      const { status, body } = await ask(route, authorization);
      expect([route.method, route.path, status < 500]).toEqual([route.method, route.path, true]);
      found[`${route.method} ${route.path}`] =
        status === 401 || status === 403 ? `${status} ${body['code']}` : 'let in';
    }
    return found;
  }
  const wanted = (answers: Record<Who | 'gateway', string>) =>
    Object.fromEntries(routes.map(({ method, path, who }) => [`${method} ${path}`, answers[who]]));

  const UNSIGNED = '401 signature_invalid';
  const REFUSED = '403 user_not_allowed';
  const NO_TOKEN = '401 user_token_needed';
  const managing = { user: 'let in', owner: 'let in', gateway: 'let in', service: UNSIGNED };

  it('says who may use it', () => {
    expect(routes.length).toBeGreaterThan(40);
    for (const { method, path, who } of routes)
      expect([method, path, who]).toEqual([
        method,
        path,
        expect.stringMatching(/^(user|owner|admin|service|gateway)$/),
      ]);
  });

  it('lets an admin in', async () => {
    expect(await table(`Bearer ${await tokenOf('alice', 'admin')}`)).toEqual(wanted({ ...managing, admin: 'let in' }));
  });

  it('lets the owner of the wiki in, but where an admin is needed', async () => {
    expect(await table(`Bearer ${await tokenOf('mary')}`)).toEqual(wanted({ ...managing, admin: REFUSED }));
  });

  it.each([
    ['a member', 'nick'],
    ["another wiki's owner", 'olga'],
    ['a member who would like to be an owner', "mary' OR '1'='1"],
  ])('refuses %s what is about the wiki', async (_, sub) => {
    const answers = { user: 'let in', owner: REFUSED, gateway: REFUSED, admin: REFUSED, service: UNSIGNED };
    const before = fake.got.length;
    expect(await table(`Bearer ${await tokenOf(sub)}`)).toEqual(wanted(answers));
    // the service was asked for nothing but whose a job or an exchange is, and the member's own wikis
    const asked = fake.got.slice(before).map(({ method, url }) => `${method} ${url}`);
    expect(
      asked.filter((line) => !/^GET \/(exchanges\/exchange_1|analyze\/wiki\/cluster\/job_\d+|wikis\/2)$/.test(line)),
    ).toEqual([]);
  });

  it('lets an owner in no longer when the wiki has another', async () => {
    const authorization = `Bearer ${await tokenOf('alice', 'admin')}`;
    const mary = { authorization: `Bearer ${await tokenOf('mary')}` };
    const status = async () => (await app.request('GET', '/api/service/wikis/1/tags', undefined, mary)).status;
    expect(await status()).toBe(200);
    await app.request('PUT', '/api/wikis/1/owner', { owner: null }, { authorization });
    expect(await status()).toBe(403);
    await app.request('PUT', '/api/wikis/1/owner', { owner: 'mary' }, { authorization });
    expect(await status()).toBe(200);
  });

  it.each([
    ['nobody', undefined],
    ['an expired token', tokenWith(HS256, { ...ADMIN, exp: now - 1 })],
    ['a token that is not valid yet', tokenWith(HS256, { ...ADMIN, nbf: now + 600 })],
    ['a token with another secret', tokenWith(HS256, ADMIN, 'another secret, as long as the first one is')],
    ['a token without algorithm', `${part({ alg: 'none' })}.${part(ADMIN)}.`],
    ['a token that says RS256', tokenWith({ alg: 'RS256' }, ADMIN)],
    ['a token of another role', tokenWith(HS256, { sub: 'alice', role: 'owner' })],
    ['an API key of the service', 'a-key-for-the-tests'],
    ['the key of the wiki app', 'the-key-of-the-wiki'],
  ])('refuses %s everything', async (_, token) => {
    // but for the looks after the run of wiki 1
    const passed = () => fake.got.filter(({ headers }) => headers['x-acting-user'] !== undefined).length;
    const before = passed();
    const answers = { user: NO_TOKEN, owner: NO_TOKEN, admin: NO_TOKEN, gateway: NO_TOKEN, service: UNSIGNED };
    expect(await table(token && `Bearer ${token}`)).toEqual(wanted(answers));
    expect(passed()).toBe(before);
  });

  it('opens nothing of the service itself to a user token', async () => {
    const authorization = `Bearer ${await tokenOf('alice', 'admin')}`;
    for (const path of ['/wikis', '/audit', '/metrics'])
      expect((await app.request('GET', path, undefined, { authorization })).body['code']).toBe('unauthorized');
  });

  it('answers no bad request with a 5xx, and stores nothing of it', async () => {
    const authorization = `Bearer ${await tokenOf('alice', 'admin')}`;
    const copy = structuredClone(document);
    const { schema } = copy.paths['/api/tags/cluster-tag-wiki']!['post']!.requestBody!.content['application/json']!;
    delete resolved(schema, copy)!.properties!['options']; // any object will do here: the service says what is wrong with it
    const own = guardedRoutes(copy).filter(({ path }) => path !== '/api/tags/callback');
    const before = await rowCounts(database.url);
    await app.get('/health/live').catch(() => undefined); // counting may have taken as long as a connection is kept
    await fc.assert(
      fc.asyncProperty(badRequests(own, copy, { ...names, wiki_id: 1, notification_id: 1 }), async (bad) => {
        const { status } = await app.request(bad.method, bad.path, bad.body, { authorization, ...bad.headers });
        expect({ ...bad, status }).toEqual({ ...bad, status: expect.any(Number) });
        expect(status).toBeLessThan(500);
        if (bad.method !== 'GET') expect(status).toBeGreaterThanOrEqual(400);
      }),
      { numRuns: Number(process.env['FUZZ_REQUESTS'] ?? 300) },
    );
    expect(await rowCounts(database.url)).toEqual(before);
  });
});
