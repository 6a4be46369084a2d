import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { dataFolder } from '../../support/data-folder.js';
import { type Answering, FakeTaggingService, json } from '../../support/fake-tagging-service.js';
import { topicPages } from '../../support/made-pages.js';
import { type TestDatabase, testDatabase } from '../../support/postgres.js';
import { TestService } from '../../support/service.js';
import { until } from '../../support/until.js';
import { JWT_SECRET, Person, tokenOf } from '../../support/wiki-app.js';

describe('the gateway to the tagging service', () => {
  let database: TestDatabase;
  let fake: FakeTaggingService;
  let app: TestService;
  let alice: Person;
  beforeAll(async () => {
    database = await testDatabase();
    fake = await new FakeTaggingService(json(200, {})).listen();
    app = await TestService.start(
      {
        ...{ DATABASE_URL: database.url, WIKI_JWT_SECRET: JWT_SECRET },
        ...{ TAGGING_API_URL: fake.url, TAGGING_API_KEY: 'the-key-of-the-wiki' },
      },
      'api',
    );
    alice = await Person.named(() => app, 'älice', 'admin');
  });
  afterAll(async () => {
    await app?.stop();
    await fake?.close();
    await database?.close();
  });
  beforeEach(() => {
    fake.got.length = 0;
    fake.abandoned = 0;
    fake.answer = json(200, { fine: true });
  });

  it('passes on what is asked, with its own key and who asks, and nothing else', async () => {
    const odd = {
      ...{
        cookie: 'a=b',
        'x-forwarded-for': '1.2.3.4',
        'x-acting-user': 'somebody else',
        'proxy-authorization': 'Basic x',
      },
      ...{ 'idempotency-key': 'once', 'last-event-id': '7', 'if-none-match': '"e"', accept: 'application/json' },
    };
    const { status, body } = await alice.ask(
      'POST',
      '/api/service/wikis/1/decisions?a=b%20c',
      { decision: 'approve' },
      odd,
    );
    expect([status, body]).toEqual([200, { fine: true }]);
    const [{ method, url, headers, body: sent }] = fake.got;
    expect([method, url, sent]).toEqual(['POST', '/wikis/1/decisions?a=b%20c', '{"decision":"approve"}']);
    expect(headers).toEqual({
      ...{ authorization: 'Bearer the-key-of-the-wiki', 'x-acting-user': encodeURI('älice'), connection: 'keep-alive' },
      ...{ 'idempotency-key': 'once', 'last-event-id': '7', 'if-none-match': '"e"', accept: 'application/json' },
      ...{ 'content-type': 'application/json', 'content-length': '22', host: new URL(fake.url).host },
    });
  });

  it('gives back what is answered, without what is about the connection or the key', async () => {
    fake.answer = (response) =>
      response
        .writeHead(409, {
          ...{ 'content-type': 'application/problem+json', etag: '"e"', 'retry-after': '3', 'set-cookie': 'a=b' },
          ...{
            'x-internal': '1',
            'www-authenticate': 'Bearer',
            'access-control-allow-origin': '*',
            location: 'http://x/',
          },
        })
        .end('{"code":"run_active"}');
    const { status, headers, body } = await alice.get('/api/service/wikis/1/tags');
    expect([status, body]).toEqual([409, { code: 'run_active' }]);
    expect([headers.get('etag'), headers.get('retry-after')]).toEqual(['"e"', '3']);
    for (const name of ['set-cookie', 'x-internal', 'www-authenticate', 'access-control-allow-origin', 'location'])
      expect([name, headers.get(name)]).toEqual([name, null]);
  });

  it('does not pass on a refusal of its own key as one of the user', async () => {
    for (const status of [401, 403]) {
      fake.answer = json(status, { code: 'unauthorized', detail: 'the-key-of-the-wiki is wrong' });
      const answer = await alice.get('/api/service/wikis/1/tags');
      expect([answer.status, answer.body['code']]).toEqual([502, 'tagging_service_failed']);
      expect(JSON.stringify(answer.body)).not.toContain('the-key-of-the-wiki');
    }
  });

  it('tells of an answer that breaks off before it began, and breaks off one that had begun', async () => {
    fake.answer = (response) => response.destroy();
    expect((await alice.get('/api/service/wikis/1/tags')).body['code']).toBe('tagging_service_failed');
    fake.answer = (response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      response.write('{"page_id":"a"}\n', () => response.destroy());
    };
    await expect(alice.get('/api/service/wikis/1/export')).rejects.toThrow();
  });

  const open = async (path: string, init: RequestInit = {}) => {
    const gone = new AbortController();
    const headers = { authorization: `Bearer ${await tokenOf('alice', 'admin')}` };
    const response = await fetch(app.url + path, { signal: gone.signal, headers, ...init });
    return { response, gone, reader: response.body!.pipeThrough(new TextDecoderStream()).getReader() };
  };
  /** An answer that goes on until the test says what comes next. */
  const stream = (type: string) => {
    let write: (text: string) => void = () => {};
    const answer: Answering = (response) => {
      response.writeHead(200, { 'content-type': type }).flushHeaders();
      write = (text) => response.write(text);
    };
    return { answer, write: (text: string) => write(text) };
  };

  it.each([
    ['text/event-stream', '/api/service/analyze/wiki/cluster/job_1/events'],
    ['application/x-ndjson', '/api/service/wikis/1/export'],
  ])('passes %s on as it comes, and lets go when the reader does', async (type, path) => {
    const { answer, write } = stream(type);
    fake.answer = answer;
    const { response, gone, reader } = await open(path); // the headers are there before any event
    expect(response.headers.get('content-type')).toBe(type);
    for (const text of ['one\n\n', 'two\n\n']) {
      write(text);
      expect((await reader.read()).value).toBe(text);
    }
    expect(fake.abandoned).toBe(0);
    gone.abort();
    await until(() => fake.abandoned === 1, 5_000, 'the service is let go');
  });

  it('lets go of a service that has not answered yet when the asker does', async () => {
    fake.answer = () => {};
    const gone = new AbortController();
    const headers = { authorization: `Bearer ${await tokenOf('alice', 'admin')}` };
    const asked = fetch(`${app.url}/api/service/wikis/1/tags`, { headers, signal: gone.signal }).catch(() => undefined);
    await until(() => fake.got.length === 1, 5_000, 'the request');
    gone.abort();
    await asked;
    await until(() => fake.abandoned === 1, 5_000, 'the service is let go');
  });

  it('takes bodies up to 1 MB, and pages however many', async () => {
    const large = JSON.stringify({ text: 'x'.repeat(1_100_000) });
    const refused = await alice.ask('POST', '/api/service/wikis/1/decisions', large, {
      'content-type': 'application/json',
    });
    expect([refused.status, refused.body['code']]).toEqual([413, 'payload_too_large']);
    expect(fake.got).toEqual([]);
    const type = { 'content-type': 'application/x-ndjson' };
    expect((await alice.ask('POST', '/api/service/wikis/1/pages', large, type)).status).toBe(200);
    expect(fake.got[0].body).toBe(large);
  });

  it('says how pages are packed, which it passes on as they are, and unpacks what it reads itself', async () => {
    const packed = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    for (const what of ['pages', 'decisions'])
      await alice.ask('POST', `/api/service/wikis/1/${what}`, gzipSync('{"tag":"x"}'), packed);
    const [pages, decision] = fake.got;
    expect(pages.headers['content-encoding']).toBe('gzip');
    expect([decision.headers['content-encoding'], decision.body]).toEqual([undefined, '{"tag":"x"}']);
  });

  /** As it is written, which fetch does not do. */
  const raw = async (method: string, target: string, body?: string): Promise<number> => {
    const token = await tokenOf('alice', 'admin');
    const { hostname, port } = new URL(app.url);
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname);
      const length = body === undefined ? '' : `content-length: ${body.length}\r\n`;
      socket.write(
        `${method} ${target} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n${length}connection: close\r\n\r\n${body ?? ''}`,
      );
      let text = '';
      socket.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      socket.on('error', reject).on('close', () => resolve(Number(/^HTTP\/1.1 (\d+)/.exec(text)?.[1])));
    });
  };

  it.each([
    'GET /api/service/../../audit',
    'GET /api/service/wikis/1/../../audit',
    'GET /api/service/wikis/1/%2e%2e/%2e%2e/audit',
    'GET /api/service/wikis/1%2f..%2faudit',
    'GET /api/service/wikis/1/tags/..;/export',
    'GET /api/service//evil.example/wikis/1',
    'GET /api/service/http://evil.example/wikis/1',
    'GET /api/service/@evil.example/wikis/1',
    'GET /api/service/\\wikis\\1',
    'GET /api/service/wikis/1/tags%00',
    'GET http://evil.example/api/service/audit',
    'GET /api/service/audit',
    'GET /api/service/metrics',
    'POST /api/service/api-keys',
    'POST /api/service/analyze/wiki/cluster',
    'DELETE /api/service/wikis/1',
    'GET /API/SERVICE/wikis/1/tags',
    'OPTIONS /api/service/wikis/1',
    'TRACE /api/service/wikis/1/tags',
  ])('has no way to %s', async (line) => {
    const [method, target] = line.split(' ');
    expect([400, 404]).toContain(await raw(method, target));
    expect(fake.got).toEqual([]);
  });

  it.each(['GET /wikis/1/tags', 'DELETE /wikis/1/decisions/dec_1', 'DELETE /wikis/1/connection'])(
    'lets no second request through in the body of %s',
    async (line) => {
      const [method, target] = line.split(' ');
      const hidden = 'GET /audit HTTP/1.1\r\nx-rest: ';
      expect(await raw(method, `/api/service${target}`, hidden)).toBe(200);
      expect((await alice.get('/api/service/wikis/1/map')).status).toBe(200); // on the same connection to the service
      expect(fake.got.map(({ method, url }) => `${method} ${url}`)).toEqual([line, 'GET /wikis/1/map']);
    },
  );

  it('asks of which wiki a job is once, and never takes two wikis in one query', async () => {
    const admin = { authorization: `Bearer ${await tokenOf('alice', 'admin')}` };
    await app.request('PUT', '/api/wikis/1/owner', { owner: 'mary' }, admin).catch(() => undefined);
    fake.answer = json(200, {
      wiki_id: 1,
      name: 'w',
      pages: 0,
      current_job_id: null,
      created_at: '2026-01-31T12:00:00Z',
    });
    expect((await app.request('PUT', '/api/wikis/1/owner', { owner: 'mary' }, admin)).status).toBe(200);
    const mary = await Person.named(() => app, 'mary');
    fake.got.length = 0;
    for (let i = 0; i < 3; i++)
      expect((await mary.get('/api/service/analyze/wiki/cluster/job_9/diff')).status).toBe(200);
    expect(fake.got.map(({ url }) => url.replace('/analyze/wiki/cluster/', ''))).toEqual([
      'job_9',
      ...Array(3).fill('job_9/diff'),
    ]);
    fake.got.length = 0;
    for (const query of ['', '?wiki_id=1&wiki_id=2', '?wiki_id=01', '?wiki_id=1.0', '?wiki_id=%20', '?wiki_id[]=1'])
      expect([query, (await mary.get(`/api/service/analyze/wiki/cluster${query}`)).status]).toEqual([query, 422]);
    expect((await mary.get('/api/service/analyze/wiki/cluster?wiki_id=2')).status).toBe(403);
    expect((await mary.get('/api/service/wikis/9999999999/tags')).status).toBe(422);
    expect(fake.got).toEqual([]);
    expect((await mary.get('/api/service/analyze/wiki/cluster?wiki_id=%31')).status).toBe(200);
  });
});

/** All in one process: its own service, its own key, secrets that it made itself. */
describe('the gateway of a service in one piece', () => {
  const folder = dataFolder();
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start({ DATA_DIR: folder.path, API_KEYS: '', TAGGER: 'keywords' });
  });
  afterAll(async () => {
    await service?.stop();
    folder.remove();
  });

  it('needs nothing but the printed link: pages in, a run with live events, tags out', async () => {
    const [, link, token] = /web page {6}(http:\S+)\/admin#token=(\S+)/.exec(service.logged)!;
    expect(link).toBe(service.url);
    const authorization = `Bearer ${token}`;
    const me = await service.request('GET', '/api/me', undefined, { authorization });
    expect(me.body).toEqual({ sub: 'admin', role: 'admin', wikis: [] });
    const { wiki_id } = (await service.request('POST', '/api/wikis', { name: 'Handbook' }, { authorization })).body;
    const pages = topicPages(300, 6)
      .map((page) => `${JSON.stringify(page)}\n`)
      .join('');
    const type = { authorization, 'content-type': 'application/x-ndjson' };
    const loaded = await service.request('POST', `/api/service/wikis/${wiki_id}/pages`, pages, type);
    expect(loaded.body).toMatchObject({ received: 300, created: 300 });
    const started = await service.request('POST', '/api/tags/cluster-tag-wiki', { wiki_id }, { authorization });
    expect(started.status).toBe(202);
    const path = `/api/service/analyze/wiki/cluster/${started.body['job_id']}/events`;
    const { body: events } = await service.request<string>('GET', path, undefined, { authorization });
    expect(events.match(/^data: /gm)!.length).toBeGreaterThan(1);
    expect(events).toContain('"status":"completed"');
    const map = await service.request<string>('GET', `/api/service/wikis/${wiki_id}/map`, undefined, { authorization });
    expect(map.body.trim().split('\n')).toHaveLength(300);
    const told = async () =>
      (await service.request<{ notifications: object[] }>('GET', '/api/notifications', undefined, { authorization }))
        .body.notifications;
    await until(async () => (await told()).length === 1, 10_000, 'the notification');
    await until(() => service.logged.includes('/api/tags/callback?request=…: delivered'), 10_000, 'the message');
  });
});
