import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { authorization, openUpload, startWikiApp, until, type WikiApp } from './wiki-app.js';

const NDJSON = 'application/x-ndjson';
const page = (id: string, more: object = {}) => ({ page_id: id, title: `Page ${id}`, text: `About ${id}.`, ...more });
const lines = (...pages: unknown[]) => pages.map((p) => (typeof p === 'string' ? p : JSON.stringify(p))).join('\n');
const float32 = (...numbers: number[]) => Buffer.from(new Float32Array(numbers).buffer);
const report = (counts: object) => ({
  received: 0,
  created: 0,
  updated: 0,
  unchanged: 0,
  rejected: [],
  rejected_count: 0,
  ...counts,
});

describe('pages', () => {
  let app: WikiApp;
  beforeAll(async () => {
    app = await startWikiApp();
  });
  afterAll(() => app?.close());

  const upload = (wiki: number, body: unknown, type?: string) => app.call('POST', `/wikis/${wiki}/pages`, body, type);
  const vectors = (wiki: number): Promise<{ page_id: string; dims: number; vector: Buffer; fits: boolean }[]> =>
    app.db.query(
      `SELECT v.page_id, v.dims, v.vector, v.source_hash = sha256(convert_to(p.text, 'UTF8')) AS fits
         FROM page_vectors v JOIN pages p USING (wiki_id, page_id) WHERE v.wiki_id = $1 AND model = 'given' ORDER BY 1`,
      [wiki],
    );
  const stored = async (wiki: number) =>
    app.db.query('SELECT page_id, title, text, published, human_tags FROM pages WHERE wiki_id = $1 ORDER BY 1', [wiki]);

  it('are stored from NDJSON and from a JSON array alike', async () => {
    const pages = [
      page('b', { tags: ['x', 'y'], published: false, title: 'Ünïcode "quoted" \\ {,}' }),
      page('a', { text: '' }),
    ];
    for (const [body, type] of [
      [lines(...pages), NDJSON],
      [pages, 'application/json; charset=UTF-8'],
    ] as const) {
      const wiki = await app.wikiWith();
      const answer = await upload(wiki, body, type);
      expect([answer.status, answer.body]).toEqual([200, report({ received: 2, created: 2 })]);
      expect(await stored(wiki)).toEqual([
        { page_id: 'a', title: 'Page a', text: '', published: true, human_tags: [] },
        { page_id: 'b', title: pages[0]!.title, text: 'About b.', published: false, human_tags: ['x', 'y'] },
      ]);
    }
  });

  it('are rejected alone, with line and reason', async () => {
    const wiki = await app.wikiWith();
    const body = lines(
      page('a'),
      '',
      '{"page_id": "broken',
      page('n\0'),
      { page_id: 7, title: 't', text: 't' },
      page('b'),
    );
    const answer = await upload(wiki, body, NDJSON);
    expect(answer.body).toMatchObject({ received: 5, created: 2, rejected_count: 3 });
    expect(answer.body.rejected).toEqual([
      { line: 3, error: expect.stringMatching(/^is not valid JSON/) },
      { line: 4, error: expect.stringMatching(/^page_id: must not contain NUL/) },
      { line: 5, error: 'page_id: must be a string' },
    ]);
    expect((await stored(wiki)).map((row: { page_id: string }) => row.page_id)).toEqual(['a', 'b']);
    const array = await upload(wiki, '[1, {"page_id": "c", "title": "", "text": ""}, {"page_id" "d"}]');
    expect(array.body).toMatchObject({ received: 3, created: 1, rejected: [{ line: 1 }, { line: 3 }] });
  });

  it('lists the first 1,000 rejects and counts them all', async () => {
    const answer = await upload(await app.wikiWith(), 'x\n'.repeat(1500), NDJSON);
    expect(answer.body).toMatchObject({ received: 1500, rejected_count: 1500 });
    expect(answer.body.rejected).toHaveLength(1000);
  });

  it('that are stored just so are not written again', async () => {
    const wiki = await app.wikiWith();
    const pages = [page('a', { tags: ['x'], embedding: [1, 2] }), page('b'), page('c')];
    await upload(wiki, pages);
    const versions = () =>
      app.db.query('SELECT page_id, xmin::text, updated_at FROM pages WHERE wiki_id = $1 ORDER BY 1', [wiki]);
    const before = await versions();
    expect((await upload(wiki, pages)).body).toEqual(report({ received: 3, unchanged: 3 }));
    expect(await versions()).toEqual(before);
    const changed = [pages[0], page('b', { title: 'New' }), page('c', { tags: ['y'] }), page('d')];
    expect((await upload(wiki, changed)).body).toEqual(report({ received: 4, created: 1, updated: 2, unchanged: 1 }));
    expect((await versions())[0]).toEqual(before[0]);
  });

  it('that come twice count twice, and the last one wins', async () => {
    const wiki = await app.wikiWith();
    const body = [page('a', { text: '1' }), page('a', { text: '2' }), page('a', { text: '2' })];
    expect((await upload(wiki, body)).body).toEqual(report({ received: 3, created: 1, updated: 1, unchanged: 1 }));
    expect(await stored(wiki)).toMatchObject([{ page_id: 'a', text: '2' }]);
  });

  it('keep their vector as float32 bytes, from numbers or base64', async () => {
    const wiki = await app.wikiWith();
    const b64 = float32(0.1, -2, 3e38).toString('base64');
    await upload(wiki, [
      page('a', { embedding: [0.1, -2, 3e38] }),
      page('b', { embedding_base64: b64 }),
      page('c', { embedding: [7] }),
    ]);
    const bytes = float32(0.1, -2, 3e38);
    expect(await vectors(wiki)).toEqual([
      { page_id: 'a', dims: 3, vector: bytes, fits: true },
      { page_id: 'b', dims: 3, vector: bytes, fits: true },
      { page_id: 'c', dims: 1, vector: float32(7), fits: true },
    ]);
  });

  it('keep a given vector while the text stays, lose it when the text changes without a new one', async () => {
    const wiki = await app.wikiWith(
      page('a', { embedding: [1] }),
      page('b', { embedding: [2] }),
      page('c', { embedding: [3] }),
    );
    const again = [page('a'), page('b', { title: 'Renamed' }), page('c', { text: 'New text.' })];
    expect((await upload(wiki, again)).body).toEqual(report({ received: 3, updated: 2, unchanged: 1 }));
    expect(await vectors(wiki)).toMatchObject([
      { page_id: 'a', vector: float32(1) },
      { page_id: 'b', vector: float32(2) },
    ]);
    const anew = [page('a', { embedding: [9] }), page('b', { text: 'Other.', embedding: [8, 8] })];
    expect((await upload(wiki, anew)).body).toEqual(report({ received: 2, updated: 2 }));
    expect(await vectors(wiki)).toEqual([
      { page_id: 'a', dims: 1, vector: float32(9), fits: true },
      { page_id: 'b', dims: 2, vector: float32(8, 8), fits: true },
    ]);
  });

  it('are stored in many batches, and by several uploads at once, without losing count', async () => {
    const wiki = await app.wikiWith();
    const pages = Array.from({ length: 1000 }, (_, i) => page(`p${i}`, { embedding: [i, 1] }));
    const answers = await Promise.all([upload(wiki, pages), upload(wiki, lines(...pages.toReversed()), NDJSON)]);
    const sum = (key: string) => answers.reduce((n, answer) => n + answer.body[key], 0);
    expect([sum('received'), sum('created'), sum('unchanged'), sum('updated')]).toEqual([2000, 1000, 1000, 0]);
    expect(await vectors(wiki)).toHaveLength(1000);
  });

  it('of whole batches stay when the client goes away, and no half of one', async () => {
    const wiki = await app.wikiWith();
    const count = async () =>
      Number((await app.db.query('SELECT count(*) AS n FROM pages WHERE wiki_id = $1', [wiki]))[0].n);
    const body = lines(...Array.from({ length: 300 }, (_, i) => page(`p${i}`)));
    const cut = openUpload(`${app.url}/wikis/${wiki}/pages`);
    cut.write(body);
    await until(async () => (await count()) > 0);
    await cut.abort();
    // the wiki's row is free again only when the upload holds no transaction
    await app.db.query('SELECT 1 FROM wikis WHERE wiki_id = $1 FOR UPDATE', [wiki]);
    expect(await count()).toBe(256);
    expect((await upload(wiki, body, NDJSON)).body).toEqual(report({ received: 300, created: 44, unchanged: 256 }));
  });

  it('of a wiki that is deleted meanwhile are refused, and leave nothing behind', async () => {
    const wiki = await app.wikiWith();
    const half = (from: number) =>
      lines(...Array.from({ length: 300 }, (_, i) => page(`p${from + i}`, { embedding: [1] })));
    const rest = openUpload(`${app.url}/wikis/${wiki}/pages`);
    rest.write(`${half(0)}\n`);
    await until(async () => (await stored(wiki)).length > 0);
    expect((await app.call('DELETE', `/wikis/${wiki}`)).status).toBe(204);
    rest.write(half(300));
    expect(await rest.end()).toMatchObject({ status: 404, body: { code: 'wiki_not_found' } });
    expect([await stored(wiki), await vectors(wiki)]).toEqual([[], []]);
  });

  it('of an array that breaks off are not stored, but for whole batches before', async () => {
    const wiki = await app.wikiWith();
    for (const body of ['', '{"page_id":"a"}', `[${JSON.stringify(page('a'))}`, `${JSON.stringify([page('a')])} x`]) {
      const answer = await upload(wiki, body);
      expect([answer.status, answer.type]).toEqual([400, 'application/problem+json; charset=utf-8']);
      expect(answer.body).toMatchObject({
        code: 'malformed_body',
        detail: expect.stringContaining('Nothing of it is stored'),
      });
    }
    expect(await stored(wiki)).toEqual([]);
    const many = JSON.stringify(Array.from({ length: 300 }, (_, i) => page(`p${i}`))).slice(0, -1);
    expect((await upload(wiki, many)).body).toMatchObject({ code: 'malformed_body', created: 256 });
    expect(await stored(wiki)).toHaveLength(256);
  });

  it('are refused in what is not NDJSON or JSON, and for no wiki', async () => {
    const wiki = await app.wikiWith();
    for (const type of ['text/csv', 'application/x-ndjson; charset=latin1', 'multipart/form-data']) {
      const answer = await upload(wiki, lines(page('a')), type);
      expect([answer.status, answer.body.code]).toEqual([415, 'unsupported_media_type']);
    }
    const gzipped = await fetch(`${app.url}/wikis/${wiki}/pages`, {
      method: 'POST',
      body: 'x',
      headers: { authorization, 'content-type': NDJSON, 'content-encoding': 'gzip' },
    });
    expect(gzipped.status).toBe(415);
    expect((await upload(999_999, lines(page('a')), NDJSON)).body).toMatchObject({
      status: 404,
      code: 'wiki_not_found',
    });
    expect((await upload(Number.NaN, lines(page('a')), NDJSON)).body).toMatchObject({
      status: 422,
      code: 'validation_failed',
    });
    expect(await stored(wiki)).toEqual([]);
  });

  it('answers although it stops reading a long upload', async () => {
    const answer = await upload(await app.wikiWith(), Buffer.alloc(20 * 2 ** 20, '{'));
    expect(answer.body).toMatchObject({ status: 400, code: 'malformed_body' });
    expect((await upload(999_999, Buffer.alloc(20 * 2 ** 20, 'x'), NDJSON)).body).toMatchObject({
      code: 'wiki_not_found',
    });
  });

  it('are listed by page_id, page by page', async () => {
    const wiki = await app.wikiWith(
      page('b', { embedding: [1, 2], tags: ['x'] }),
      page('ä'),
      page('B'),
      page('a', { published: false }),
    );
    const seen: string[] = [];
    for (let path = `/wikis/${wiki}/pages?limit=3`; path !== ''; ) {
      const { body } = await app.call('GET', path);
      seen.push(...body.pages.map((p: { page_id: string }) => p.page_id));
      path = body.next_cursor === null ? '' : `/wikis/${wiki}/pages?limit=3&cursor=${body.next_cursor}`;
    }
    expect(seen).toEqual(['B', 'a', 'b', 'ä']);
    const { body } = await app.call('GET', `/wikis/${wiki}/pages`);
    expect(body.pages[2]).toEqual({
      page_id: 'b',
      title: 'Page b',
      published: true,
      tags: ['x'],
      text_length: 8,
      embedding_dims: 2,
      created_at: expect.stringMatching(/Z$/),
      updated_at: expect.stringMatching(/Z$/),
    });
    expect(body.pages[1]).toMatchObject({ published: false, embedding_dims: null });
  });

  it('are deleted with all that is theirs', async () => {
    const wiki = await app.wikiWith(page('a/b c?', { embedding: [1] }), page('keep'));
    expect((await app.call('DELETE', `/wikis/${wiki}/pages/${encodeURIComponent('a/b c?')}`)).status).toBe(204);
    expect(await vectors(wiki)).toEqual([]);
    expect(await stored(wiki)).toHaveLength(1);
    expect((await app.call('DELETE', `/wikis/${wiki}/pages/none`)).body).toMatchObject({
      status: 404,
      code: 'page_not_found',
    });
    expect((await app.call('DELETE', `/wikis/${wiki}/pages/a%00b`)).body).toMatchObject({
      status: 422,
      code: 'validation_failed',
    });
    expect((await app.call('DELETE', `/wikis/${wiki}/pages/%E0%A4%A`)).status).toBe(400);
    expect((await app.call('DELETE', '/wikis/999999/pages/a')).body).toMatchObject({
      status: 404,
      code: 'wiki_not_found',
    });
  });
});
