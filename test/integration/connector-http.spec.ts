import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { systemNetwork } from '../../src/common/outside/network.js';
import type { Change, Connector } from '../../src/connectors/contract.js';
import { createConnector } from '../../src/connectors/create.js';
import type { WikiFault } from '../../src/connectors/faults.js';
import { Receiver } from '../support/receiver.js';

const SIGNAL = new AbortController().signal;
const EDIT = {
  edit_id: 'e',
  page_id: 'p',
  base_revision: '1',
  added: ['x'],
  removed: [],
  receipt: { before: [], after: ['x'] },
};

describe('what a wiki may answer instead', () => {
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });

  async function wikiThat(answer: (response: ServerResponse, n: number) => void): Promise<Connector> {
    const server = await Receiver.listen(answer);
    const settings = { url: `http://${server.host}/`, token: 't', edits_per_minute: 60 };
    const around = { network: systemNetwork, allowedHosts: [server.host], folders: [] };
    const connector = createConnector({ kind: 'http', settings }, around);
    closers.push(
      () => connector.close(),
      () => server.close(),
    );
    return connector;
  }
  const faultOf = (work: Promise<unknown>): Promise<WikiFault> =>
    work.then(
      () => Promise.reject(new Error('there was no fault')),
      (error: WikiFault) => error,
    );

  it.each([
    [400, 'refused'],
    [401, 'unauthorized'],
    [403, 'protected'],
    [404, 'gone'],
    [409, 'conflict'],
    [410, 'gone'],
    [412, 'conflict'],
    [418, 'misconfigured'],
    [422, 'refused'],
    [423, 'protected'],
    [429, 'rate_limited'],
    [500, 'unreachable'],
    [502, 'unreachable'],
    [503, 'read_only'],
    [301, 'misconfigured'],
  ])('%i to an edit is %s', async (status, kind) => {
    const connector = await wikiThat((response) => response.writeHead(status, { 'retry-after': '7' }).end('{}'));
    const fault = await faultOf(connector.apply(EDIT, SIGNAL));
    expect(fault).toMatchObject({ name: 'WikiFault', kind });
    if (status === 429 || status >= 500) expect(fault.retryAfterSeconds).toBe(7);
  });

  it.each([
    ['nothing', ''],
    ['a page for people', '<html>'],
    ['another form', '{"pages": 3}'],
    ['a revision that fits into no header', '{"pages": [{"page_id": "a", "revision": "x\\"y"}]}'],
    ['a page that no database can name', '{"pages": [{"page_id": "\\ud800", "revision": "1"}]}'],
    [
      'a place to go on that no URL can name',
      '{"pages": [{"page_id": "a", "revision": "1"}], "next_cursor": "\\ud800"}',
    ],
    ['a page that no URL can name', '{"pages": [{"page_id": "..", "revision": "1"}]}'],
  ])('%s is no list of pages', async (_what, body) => {
    const connector = await wikiThat((response) => response.end(body));
    const read = async () => {
      for await (const change of connector.changes(new Map(), SIGNAL)) expect(change).toBeUndefined();
    };
    expect(await faultOf(read())).toMatchObject({ kind: 'misconfigured' });
  });

  it('a list without an end is cut', async () => {
    const connector = await wikiThat((response) =>
      response.end('{"pages": [{"page_id": "a", "revision": "1"}], "next_cursor": "again"}'),
    );
    const first = connector.changes(new Map(), SIGNAL)[Symbol.asyncIterator]().next();
    expect(await faultOf(first)).toMatchObject({ kind: 'misconfigured', message: expect.stringContaining('no end') });
  });

  it('a page that the list missed is not gone where the wiki still has it', async () => {
    const page = (page_id: string, revision: string) =>
      JSON.stringify({ page_id, title: '', text: '', tags: [], revision });
    const connector = await wikiThat((response, n) => {
      if (n === 1) return response.end('{"pages": [{"page_id": "a", "revision": "1"}]}');
      const { url } = response.req;
      if (url === '/pages/gone') return response.writeHead(404).end('{}');
      return response.end(page(url!.replace('/pages/', ''), url === '/pages/edited' ? '2' : '1'));
    });
    const found: Change[] = [];
    const known = new Map(['a', 'same', 'edited', 'gone'].map((id) => [id, '1']));
    for await (const change of connector.changes(known, SIGNAL)) found.push(change);
    expect(found.slice(1)).toMatchObject([
      { type: 'page', page: { page_id: 'edited' } },
      { type: 'gone', page_id: 'gone' },
    ]);
  });

  it('another page than the one that was asked for is not taken for it', async () => {
    const connector = await wikiThat((response, n) =>
      response.end(
        n === 1
          ? '{"pages": [{"page_id": "a", "revision": "1"}]}'
          : '{"page_id": "b", "title": "", "text": "", "tags": [], "revision": "1"}',
      ),
    );
    const found: Change[] = [];
    for await (const change of connector.changes(new Map(), SIGNAL)) found.push(change);
    expect(found.slice(1)).toMatchObject([{ type: 'unreadable', page_id: 'a' }]);
    const wish = { edit_id: 'e', page_id: 'a', add: ['x'], remove: [] };
    expect(await faultOf(connector.prepare(wish, SIGNAL))).toMatchObject({ kind: 'refused' });
  });

  it('a tag that people spell in another way is there, and theirs', async () => {
    const connector = await wikiThat((response) =>
      response.end('{"page_id": "a", "title": "", "text": "", "tags": ["Docker"], "revision": "1"}'),
    );
    const wish = { edit_id: 'e', page_id: 'a', add: ['docker', 'x'], remove: ['DOCKER'] };
    expect(await connector.prepare(wish, SIGNAL)).toMatchObject({ added: ['x'], removed: [] });
  });

  it('tags that no database can hold are the fault of their page alone', async () => {
    const connector = await wikiThat((response) =>
      response.end('{"page_id": "a", "title": "", "text": "", "tags": ["\\u0000"], "revision": "1"}'),
    );
    const wish = { edit_id: 'e', page_id: 'a', add: ['x'], remove: [] };
    expect(await faultOf(connector.prepare(wish, SIGNAL))).toMatchObject({ kind: 'refused' });
  });

  it('a page that may not be read is left out, and one that went away meanwhile is gone', async () => {
    const list = { pages: ['a', 'b'].map((page_id) => ({ page_id, revision: '1' })) };
    const connector = await wikiThat((response, n) =>
      n === 1 ? response.end(JSON.stringify(list)) : response.writeHead(n === 2 ? 403 : 404).end('{}'),
    );
    const found: string[] = [];
    for await (const { type } of connector.changes(new Map(), SIGNAL)) found.push(type);
    expect(found).toEqual(['counted', 'unreadable', 'gone']);
  });
});
