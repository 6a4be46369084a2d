import { expect, it } from '@jest/globals';
import { PROBLEMS, type ProblemCode } from '../../src/common/problem.js';
import { rowCounts } from '../support/rows.js';
import type { TestService } from '../support/service.js';
import { makeWiki } from '../support/wiki-client.js';

const NDJSON = { 'content-type': 'application/x-ndjson' };
const JSON_TYPE = { 'content-type': 'application/json' };

interface BadRequest {
  readonly what: string;
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly code: ProblemCode;
}

/** WIKI stands for a wiki that is there. */
const BAD: readonly BadRequest[] = [
  { what: 'no such route', method: 'GET', path: '/nothing/here', code: 'not_found' },
  { what: 'broken percent sign', method: 'GET', path: '/wikis/%E0%A4%A', code: 'malformed_body' },
  {
    what: 'body that is no JSON',
    method: 'POST',
    path: '/wikis',
    body: '{"name": ',
    headers: JSON_TYPE,
    code: 'malformed_body',
  },
  {
    what: 'body that is not an object',
    method: 'POST',
    path: '/wikis',
    body: '[]',
    headers: JSON_TYPE,
    code: 'validation_failed',
  },
  { what: 'no name', method: 'POST', path: '/wikis', body: {}, code: 'validation_failed' },
  { what: 'empty name', method: 'POST', path: '/wikis', body: { name: '' }, code: 'validation_failed' },
  { what: 'name with a NUL', method: 'POST', path: '/wikis', body: { name: 'a\u0000b' }, code: 'validation_failed' },
  { what: 'unknown field', method: 'POST', path: '/wikis', body: { name: 'x', nmae: 'y' }, code: 'validation_failed' },
  {
    what: 'wiki_id that is no integer',
    method: 'POST',
    path: '/wikis',
    body: { name: 'x', wiki_id: 1.5 },
    code: 'validation_failed',
  },
  {
    what: 'wiki_id over the range',
    method: 'POST',
    path: '/wikis',
    body: { name: 'x', wiki_id: 2 ** 40 },
    code: 'validation_failed',
  },
  {
    what: 'body over the limit',
    method: 'POST',
    path: '/wikis',
    body: { name: 'x'.repeat(2_000_000) },
    code: 'payload_too_large',
  },
  { what: 'wiki that is not there', method: 'GET', path: '/wikis/999999', code: 'wiki_not_found' },
  { what: 'wiki_id that is a word', method: 'GET', path: '/wikis/abc', code: 'validation_failed' },
  { what: 'negative limit', method: 'GET', path: '/wikis?limit=-1', code: 'validation_failed' },
  { what: 'made-up cursor', method: 'GET', path: '/wikis/WIKI/pages?cursor=%F0', code: 'validation_failed' },
  { what: 'deleting what is not there', method: 'DELETE', path: '/wikis/999999', code: 'wiki_not_found' },
  {
    what: 'pages for no wiki',
    method: 'POST',
    path: '/wikis/999999/pages',
    body: '{}\n',
    headers: NDJSON,
    code: 'wiki_not_found',
  },
  {
    what: 'pages as XML',
    method: 'POST',
    path: '/wikis/WIKI/pages',
    body: '<p/>',
    headers: { 'content-type': 'text/xml' },
    code: 'unsupported_media_type',
  },
  {
    what: 'pages that are no array',
    method: 'POST',
    path: '/wikis/WIKI/pages',
    body: '{"page_id": "a"}',
    headers: JSON_TYPE,
    code: 'malformed_body',
  },
  { what: 'page that is not there', method: 'DELETE', path: '/wikis/WIKI/pages/none', code: 'page_not_found' },
  { what: 'cluster that is not there', method: 'GET', path: '/wikis/WIKI/clusters/7/pages', code: 'cluster_not_found' },
  { what: 'clusters of no wiki', method: 'GET', path: '/wikis/999999/clusters', code: 'wiki_not_found' },
  { what: 'tags of no wiki', method: 'GET', path: '/wikis/999999/tags', code: 'wiki_not_found' },
  { what: 'export of no wiki', method: 'GET', path: '/wikis/999999/export', code: 'wiki_not_found' },
  { what: 'run without a wiki', method: 'POST', path: '/analyze/wiki/cluster', body: {}, code: 'validation_failed' },
  {
    what: 'run for no wiki',
    method: 'POST',
    path: '/analyze/wiki/cluster',
    body: { wiki_id: 999999 },
    code: 'wiki_not_found',
  },
  {
    what: 'threshold over 1',
    method: 'POST',
    path: '/analyze/wiki/cluster',
    body: { wiki_id: 'WIKI', options: { outlier_threshold: 2 } },
    code: 'validation_failed',
  },
  {
    what: 'unknown option',
    method: 'POST',
    path: '/analyze/wiki/cluster',
    body: { wiki_id: 'WIKI', options: { minClusterSize: 3 } },
    code: 'validation_failed',
  },
  {
    what: 'unknown way to handle outliers',
    method: 'POST',
    path: '/analyze/wiki/cluster',
    body: { wiki_id: 'WIKI', options: { handle_outliers: 'drop' } },
    code: 'validation_failed',
  },
  {
    what: 'cluster size of 1',
    method: 'POST',
    path: '/analyze/wiki/cluster',
    body: { wiki_id: 'WIKI', options: { min_cluster_size: 1 } },
    code: 'validation_failed',
  },
  {
    what: 'callback that is no http',
    method: 'POST',
    path: '/analyze/wiki/cluster',
    body: { wiki_id: 'WIKI', callback_url: 'ftp://x' },
    code: 'validation_failed',
  },
  {
    what: 'idempotency key with a space',
    method: 'POST',
    path: '/analyze/wiki/cluster',
    body: { wiki_id: 'WIKI' },
    headers: { 'idempotency-key': 'a b' },
    code: 'validation_failed',
  },
  {
    what: 'callback to this machine',
    method: 'POST',
    path: '/analyze/wiki/cluster',
    body: { wiki_id: 'WIKI', callback_url: 'http://127.0.0.1/done' },
    code: 'validation_failed',
  },
  { what: 'messages of no wiki', method: 'GET', path: '/webhooks?wiki_id=999999', code: 'wiki_not_found' },
  { what: 'messages of no job', method: 'GET', path: '/webhooks?job_id=none', code: 'job_not_found' },
  { what: 'messages of nothing', method: 'GET', path: '/webhooks', code: 'validation_failed' },
  { what: 'message that is not there', method: 'GET', path: '/webhooks/msg_0', code: 'webhook_not_found' },
  { what: 'webhook_id of another form', method: 'GET', path: '/webhooks/0', code: 'validation_failed' },
  { what: 'no message again', method: 'POST', path: '/webhooks/msg_0/redeliver', code: 'webhook_not_found' },
  { what: 'run without a body', method: 'POST', path: '/analyze/wiki/cluster', code: 'validation_failed' },
  { what: 'runs of no wiki', method: 'GET', path: '/analyze/wiki/cluster?wiki_id=999999', code: 'wiki_not_found' },
  { what: 'runs of no named wiki', method: 'GET', path: '/analyze/wiki/cluster', code: 'validation_failed' },
  { what: 'job that is not there', method: 'GET', path: '/analyze/wiki/cluster/none', code: 'job_not_found' },
  { what: 'job_id with a slash', method: 'GET', path: '/analyze/wiki/cluster/a%2Fb', code: 'validation_failed' },
  { what: 'events of no job', method: 'GET', path: '/analyze/wiki/cluster/none/events', code: 'job_not_found' },
  { what: 'resuming no job', method: 'POST', path: '/analyze/wiki/cluster/none/resume', code: 'job_not_found' },
  { what: 'cancelling no job', method: 'POST', path: '/analyze/wiki/cluster/none/cancel', code: 'job_not_found' },
];

/** Every route refuses bad input with a problem of a stable code, and stores nothing. */
export function badInputIsRefused(service: () => TestService, databaseUrl: () => string): void {
  it.each(BAD.map((request) => [`${request.method} ${request.path}: ${request.what}`, request] as const))(
    '%s',
    async (_name, bad) => {
      const wiki = await makeWiki(service(), [], 'for bad input');
      const before = await rowCounts(databaseUrl());
      const body =
        typeof bad.body === 'object' && bad.body !== null && 'wiki_id' in bad.body && bad.body.wiki_id === 'WIKI'
          ? { ...bad.body, wiki_id: wiki }
          : bad.body;
      const answer = await service().request(bad.method, bad.path.replace('WIKI', String(wiki)), body, bad.headers);
      expect(answer.body).toMatchObject({
        code: bad.code,
        status: PROBLEMS[bad.code].status,
        title: PROBLEMS[bad.code].title,
      });
      expect(answer.status).toBe(PROBLEMS[bad.code].status);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect(String(answer.body['detail']).length).toBeGreaterThan(10);
      expect(await rowCounts(databaseUrl())).toEqual(before);
    },
  );

  it('takes no page whose URL would be that of the wiki: clients resolve . and .. before they ask', async () => {
    const wiki = await makeWiki(service(), [], 'dots');
    const lines = ['.', '..', '...'].map((page_id) => JSON.stringify({ page_id, title: '', text: '' })).join('\n');
    const { body } = await service().post(`/wikis/${wiki}/pages`, lines, NDJSON);
    expect(body).toMatchObject({ created: 1, rejected: [{ line: 1 }, { line: 2 }] });
  });

  it.each([
    'GET /wikis',
    'POST /wikis',
    'POST /wikis/1/pages',
    'POST /analyze/wiki/cluster',
    'GET /analyze/wiki/cluster/x',
    'GET /metrics',
    'GET /wikis/1/export',
  ])('%s needs a key', async (route) => {
    const [method, path] = route.split(' ') as [string, string];
    for (const authorization of ['', 'Bearer wrong-key', 'Basic a-key-for-the-tests']) {
      const answer = await service().request(method, path, undefined, { authorization });
      expect(answer).toMatchObject({ status: 401, body: { code: 'unauthorized' } });
    }
  });

  it.each(['/health/live', '/health/ready', '/openapi.json', '/docs'])('%s needs none', async (path) => {
    expect((await service().request('GET', path, undefined, { authorization: '' })).status).toBe(200);
  });
}
