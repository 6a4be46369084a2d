import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keyFor } from '../../support/keys.js';
import { TestService } from '../../support/service.js';
import { makeWiki } from '../../support/wiki-client.js';

const NDJSON = 'application/x-ndjson';
const MIB = 2 ** 20;

describe('RATE_LIMIT_PER_MINUTE', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start({ RATE_LIMIT_PER_MINUTE: '300' }, 'api');
  });
  afterAll(() => service?.stop());

  it('stops guesses much sooner than keys, and stops no key because of them', async () => {
    const guess = () => service.request('GET', '/wikis', undefined, { authorization: 'Bearer a-guess-of-somebody' });
    for (let i = 0; i < 3; i++) expect((await guess()).status).toBe(401);
    const refused = await guess();
    expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60);
    expect((await service.get('/wikis')).status).toBe(200);
    expect((await service.request('GET', '/health/live', undefined, { authorization: '' })).status).toBe(200);
  });

  it('counts each key by itself, over all routes, and an upload once', async () => {
    const wiki = await makeWiki(service, []);
    const as = { authorization: `Bearer ${await keyFor(service, { scopes: ['read', 'write'] })}` };
    const lines = Array.from({ length: 1000 }, (_, i) => JSON.stringify({ page_id: `p${i}`, title: 't', text: 'x' }));
    const upload = await service.request('POST', `/wikis/${wiki}/pages`, lines.join('\n'), {
      ...as,
      'content-type': NDJSON,
    });
    expect(upload).toMatchObject({ status: 200, body: { created: 1000 } });
    expect(upload.headers.get('x-ratelimit-remaining')).toBe('299');
    const statuses: number[] = [];
    for (let i = 0; i < 300; i++)
      statuses.push((await service.request('GET', i % 2 ? '/wikis' : `/wikis/${wiki}`, undefined, as)).status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(299);
    expect(statuses.at(-1)).toBe(429);
    expect((await service.get('/wikis')).status).toBe(200);
  });
});

describe('a request meant to do harm', () => {
  let service: TestService;
  let wiki: number;
  beforeAll(async () => {
    service = await TestService.start({ RATE_LIMIT_PER_MINUTE: '0' }, 'api');
    wiki = await makeWiki(service, []);
  });
  afterAll(() => service?.stop());

  /** MiB of memory in use at most since it was last asked (Linux keeps count). */
  const peak = () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${service.pid}/status`, 'utf8'))?.[1]) / 1024;
  const pages = (body: string | Uint8Array, headers: Record<string, string> = {}) =>
    service.post(`/wikis/${wiki}/pages`, body, { 'content-type': NDJSON, ...headers });

  it('a bomb: gzip that grows a thousandfold', async () => {
    const before = peak();
    const bomb = gzipSync(Buffer.alloc(300 * MIB, 0x20));
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    expect(await service.post('/wikis', bomb, headers)).toMatchObject({
      status: 413,
      body: { code: 'payload_too_large' },
    });
    expect(await pages(bomb, { 'content-encoding': 'gzip' })).toMatchObject({ status: 415 });
    expect(peak() - before).toBeLessThan(100);
  });

  it('one line without an end', async () => {
    const before = peak();
    const piece = Buffer.alloc(MIB, 0x61);
    const response = await fetch(`${service.url}/wikis/${wiki}/pages`, {
      method: 'POST',
      headers: { authorization: 'Bearer a-key-for-the-tests', 'content-type': NDJSON },
      body: Readable.toWeb(Readable.from(Array.from({ length: 400 }, () => piece))) as ReadableStream,
      duplex: 'half',
    } as RequestInit);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ rejected: [{ line: 1, error: 'is longer than 8 MiB' }] });
    expect(peak() - before).toBeLessThan(150);
  });

  it('JSON as deep as it is long', async () => {
    const deep = (n: number) => `${'['.repeat(n)}${']'.repeat(n)}`;
    for (const body of [deep(400_000), `{"name": ${deep(400_000)}}`, '{"a":'.repeat(150_000)]) {
      const { status, body: problem } = await service.post('/wikis', body, { 'content-type': 'application/json' });
      expect([400, 422]).toContain(status);
      expect(problem['code']).toMatch(/malformed_body|validation_failed/);
    }
    const line = (field: string) => `{"page_id":"a","title":"","text":"","${field}":${deep(3 * MIB)}}`;
    const { body } = await pages(['embedding', 'tags', 'more'].map(line).join('\n'));
    expect(body).toMatchObject({ received: 3, rejected_count: expect.any(Number) });
    const array = await service.post(`/wikis/${wiki}/pages`, deep(2 * MIB), { 'content-type': 'application/json' });
    expect([200, 400]).toContain(array.status);
    expect((await service.get('/health/live')).status).toBe(200);
  });

  it.each([
    [
      'headers of 20 KiB',
      `GET /wikis HTTP/1.1\r\nhost: x\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`,
      431,
      'headers_too_large',
    ],
    ['no HTTP at all', 'hello there\r\n\r\n', 400, 'malformed_body'],
  ])('%s', async (_what, sent, status, code) => {
    const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
    let answer = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
    });
    socket.write(sent);
    await once(socket, 'close');
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(JSON.parse(answer.slice(answer.indexOf('{')))).toMatchObject({ status, code });
  });

  it('an upload of somebody without a key, a byte now and then: it is cut off soon after the answer', async () => {
    const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
    let answer = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
    });
    socket.on('error', () => undefined);
    socket.write(`POST /wikis/${wiki}/pages HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\n`);
    const drip = setInterval(() => socket.write('x'), 100);
    await once(socket, 'close');
    clearInterval(drip);
    expect(answer).toMatch(/^HTTP\/1.1 401 /);
  });

  it('of somebody without a key: its body is not even read', async () => {
    const answer = await service.request('POST', '/wikis', '{"broken', {
      authorization: '',
      'content-type': 'application/json',
    });
    expect(answer.status).toBe(401);
  });
});

describe('the headers of every kind of answer', () => {
  let service: TestService;
  let wiki: number;
  beforeAll(async () => {
    service = await TestService.start({}, 'api');
    wiki = await makeWiki(service, []);
  });
  afterAll(() => service?.stop());

  it.each([
    ['a list', 'GET', '/wikis', 200],
    ['a stream of lines', 'GET', '/wikis/WIKI/export', 200],
    ['the documentation', 'GET', '/docs', 200],
    ['the document', 'GET', '/openapi.json', 200],
    ['health', 'GET', '/health/live', 200],
    ['metrics', 'GET', '/metrics', 200],
    ['no such route', 'GET', '/nothing', 404],
    ['no such wiki', 'GET', '/wikis/999999', 404],
    ['bad input', 'GET', '/wikis/abc', 422],
    ['a broken path', 'GET', '/wikis/%E0%A4%A', 400],
    ['a method that is not there', 'OPTIONS', '/wikis', 404],
  ])('%s', async (_what, method, path, status) => {
    const { headers, ...answer } = await service.request(method, path.replace('WIKI', String(wiki)), undefined, {
      origin: 'https://elsewhere.example',
    });
    expect(answer.status).toBe(status);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(headers.get('strict-transport-security')).not.toBeNull();
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('event streams, and answers of 401 and 413, too', async () => {
    const { body } = await service.post<{ job_id: string }>('/analyze/wiki/cluster', { wiki_id: wiki });
    const headers = { authorization: 'Bearer a-key-for-the-tests', 'content-type': 'application/json' };
    const events = await fetch(`${service.url}/analyze/wiki/cluster/${body.job_id}/events`, { headers });
    const answers = [
      events,
      await fetch(`${service.url}/wikis`),
      await fetch(`${service.url}/wikis`, { method: 'POST', headers, body: 'x'.repeat(2 * MIB) }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 401, 413]);
    for (const answer of answers) {
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('content-security-policy')).not.toBeNull();
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    }
    await events.body?.cancel();
  });
});
