import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Decision } from '../../src/review/decisions/decisions.schemas.js';
import { Exchanges } from '../support/exchanges.js';
import { HttpWiki } from '../support/http-wiki.js';
import { topicPages } from '../support/made-pages.js';
import { MarkdownWiki } from '../support/markdown-wiki.js';
import { TestService } from '../support/service.js';
import { exportOf, makeWiki, runToEnd } from '../support/wiki-client.js';

/** The tags that the service shows for each page: those of people, and its own that are applied. */
async function tagsShown(service: TestService, wikiId: number) {
  const pages = await exportOf(service, wikiId);
  const named = (human: boolean) =>
    pages.map(({ page_id, tags }): [string, string[]] => [
      page_id,
      tags.filter((t) => (t.source === 'human') === human && t.status === 'applied').map((t) => t.tag),
    ]);
  return { people: new Map(named(true)), own: new Map(named(false)) };
}

describe('a wiki that is connected', () => {
  let service: TestService;
  let folder: MarkdownWiki;
  let http: HttpWiki;

  beforeAll(async () => {
    folder = new MarkdownWiki();
    http = await HttpWiki.listen();
    service = await TestService.start({
      TAGGER: 'keywords',
      CONNECTOR_FOLDERS: folder.folder,
      CONNECTOR_ALLOWED_HOSTS: http.host,
    });
  });
  afterEach(() => {
    http.instead = () => undefined;
    http.token = http.connection.settings.token;
  });
  afterAll(async () => {
    await service?.stop();
    await http?.close();
    folder?.remove();
  });

  const made = topicPages(40, 4);
  /** A wiki with the made pages in it, imported and tagged. */
  async function tagged(connection: object): Promise<Exchanges> {
    const exchanges = new Exchanges(service, await makeWiki(service, []));
    await exchanges.connect(connection);
    expect(await exchanges.import()).toMatchObject({
      status: 'completed',
      progress: { pages_total: made.length, pages_done: made.length, created: made.length, unchanged: 0 },
    });
    await runToEnd(service, exchanges.wikiId);
    return exchanges;
  }
  function seedHttp(): void {
    http.pages.clear();
    http.writes.length = 0;
    for (const { page_id, title, text } of made) http.put(page_id, title, text, ['by people']);
  }
  const byPage = () => new Map([...http.pages].map(([id, { tags }]) => [id, [...tags]]));

  it('is imported, previewed, written, written again without an edit, and undone: as before to the byte', async () => {
    for (const { page_id, title, text } of made)
      folder.write(`${page_id}.md`, `---\ntags: [by people] # mine\n---\n# ${title}\n\n${text}\n`);
    const before = new Map<string, Buffer>();
    for (const { page_id } of made) before.set(page_id, await folder.read(page_id));
    const exchanges = await tagged({ kind: 'markdown', settings: { folder: folder.folder } });

    const preview = await exchanges.preview();
    const { own } = await tagsShown(service, exchanges.wikiId);
    const withTags = [...own].filter(([, tags]) => tags.length > 0);
    expect(preview).toMatchObject({ status: 'previewed', progress: { pages_total: withTags.length, written: 0 } });
    expect(withTags.length).toBeGreaterThan(20);
    for (const { page_id, add, remove, state } of await exchanges.pages(preview.exchange_id))
      expect([page_id, add.toSorted(), remove, state]).toEqual([page_id, own.get(page_id)!.toSorted(), [], 'planned']);
    for (const { page_id } of made) expect(await folder.read(page_id)).toEqual(before.get(page_id));

    expect(await exchanges.write(preview.exchange_id)).toMatchObject({
      status: 'completed',
      progress: { written: withTags.length, skipped: 0, conflicts: 0, pages_done: withTags.length },
    });
    const again = await exchanges.preview();
    expect(again).toMatchObject({ status: 'previewed', progress: { pages_total: 0 } });
    expect(await exchanges.write(again.exchange_id)).toMatchObject({ status: 'completed', progress: { written: 0 } });

    // our own edits are no changes, and our tags are not those of people
    expect(await exchanges.import()).toMatchObject({ progress: { updated: 0, created: 0, unchanged: made.length } });
    expect([...(await tagsShown(service, exchanges.wikiId)).people.values()]).toEqual(made.map(() => ['by people']));

    expect(await exchanges.undo(preview.exchange_id)).toMatchObject({
      status: 'undone',
      progress: { restored: withTags.length, kept: 0 },
    });
    for (const { page_id } of made) expect(await folder.read(page_id)).toEqual(before.get(page_id));
    expect(await exchanges.import()).toMatchObject({ progress: { updated: 0, unchanged: made.length } });
  });

  it('keeps what people do in between: an edit survives the undo and is reported, a tag taken off is rejected', async () => {
    seedHttp();
    const exchanges = await tagged(http.connection);
    const { exchange_id } = await exchanges.preview();
    await exchanges.write(exchange_id);
    const written = await exchanges.pages(exchange_id);
    const [edited, cleaned] = written;
    await http.editAsPerson(edited.page_id, { append: ' A sentence of a person.', add: ['of a person'] });
    await http.editAsPerson(cleaned.page_id, { remove: [cleaned.add[0]!] });
    http.put('new-page', 'New', 'A new page.');
    await http.deleteAsPerson(made.at(-1)!.page_id);

    expect(await exchanges.import()).toMatchObject({ progress: { updated: 1, created: 1, deleted: 1, skipped: 0 } });
    const shown = await tagsShown(service, exchanges.wikiId);
    expect(shown.people.get(edited.page_id)).toEqual(['by people', 'of a person']);
    expect(shown.own.get(cleaned.page_id)).not.toContain(cleaned.add[0]);
    const { decisions } = (await service.get<{ decisions: Decision[] }>(`/wikis/${exchanges.wikiId}/decisions`)).body;
    expect(decisions).toMatchObject([
      { decision: 'reject', page_id: cleaned.page_id, tag: cleaned.add[0], decided_by: 'somebody in the wiki' },
    ]);
    await runToEnd(service, exchanges.wikiId); // a later run does not bring it back
    expect((await tagsShown(service, exchanges.wikiId)).own.get(cleaned.page_id)).not.toContain(cleaned.add[0]);

    const gone = written.filter(({ page_id }) => page_id === made.at(-1)!.page_id).length;
    expect(await exchanges.undo(exchange_id)).toMatchObject({
      status: 'undone',
      progress: { restored: written.length - 2 - gone, kept: 2 + gone },
    });
    const kept = (await exchanges.pages(exchange_id)).filter(({ state }) => state === 'kept');
    expect(kept.map(({ reason }) => reason)).toEqual(kept.map(() => expect.stringContaining('edited the page since')));
    expect(http.pages.get(edited.page_id)!.tags).toEqual(['by people', 'of a person']);
    expect(http.pages.get(edited.page_id)!.text).toContain('A sentence of a person.');
    for (const [id, tags] of byPage())
      if (id !== edited.page_id && id !== 'new-page') expect(tags).toEqual(['by people']);
  });

  it('keeps a tag of ours that people took off and put on again, and one that they spelled in another way', async () => {
    seedHttp();
    const exchanges = await tagged(http.connection);
    const { exchange_id } = await exchanges.preview();
    await exchanges.write(exchange_id);
    const [again, respelled] = await exchanges.pages(exchange_id);
    const [tag, other] = [again.add[0]!, respelled.add[0]!];
    await http.editAsPerson(again.page_id, { remove: [tag] });
    await http.editAsPerson(respelled.page_id, { remove: [other], add: [other.toUpperCase()] });
    await exchanges.import();
    const decisions = (await service.get<{ decisions: Decision[] }>(`/wikis/${exchanges.wikiId}/decisions`)).body;
    expect(decisions.decisions).toMatchObject([{ decision: 'reject', page_id: again.page_id, tag }]);
    await http.editAsPerson(again.page_id, { add: [tag] });
    await exchanges.import();

    await exchanges.undo(exchange_id);
    expect(http.pages.get(again.page_id)!.tags).toEqual(['by people', tag]);
    expect(http.pages.get(respelled.page_id)!.tags).toEqual(['by people', other.toUpperCase()]);
  });

  it('does not put back a tag that people gave a page and took off again, though a run gives it too', async () => {
    seedHttp();
    const exchanges = await tagged(http.connection);
    const [page, other] = await exchanges.pages((await exchanges.preview()).exchange_id);
    const tag = page.add[0]!;
    await http.editAsPerson(page.page_id, { add: [tag.toUpperCase()] });
    await exchanges.import();
    await http.editAsPerson(page.page_id, { remove: [tag.toUpperCase()] });
    await http.editAsPerson(other.page_id, { remove: ['by people'] }); // which no run gives
    await exchanges.import();
    const again = await exchanges.pages((await exchanges.preview()).exchange_id);
    expect(again.find(({ page_id }) => page_id === page.page_id)?.add ?? []).not.toContain(tag);
    expect(
      (await service.get<{ decisions: Decision[] }>(`/wikis/${exchanges.wikiId}/decisions`)).body.decisions,
    ).toMatchObject([{ decision: 'reject', page_id: page.page_id, tag }]);
  });

  it('does not take tags of an upload, which the wiki never had, for taken off', async () => {
    seedHttp();
    const exchanges = new Exchanges(service, await makeWiki(service, made));
    await runToEnd(service, exchanges.wikiId);
    const shown = (await tagsShown(service, exchanges.wikiId)).own;
    const uploaded = made.map((page) => JSON.stringify({ ...page, tags: shown.get(page.page_id) }));
    const type = { 'content-type': 'application/x-ndjson' };
    await service.request('POST', `/wikis/${exchanges.wikiId}/pages`, uploaded.join('\n'), type);
    await exchanges.connect(http.connection);
    await exchanges.import();
    expect(
      (await service.get<{ decisions: Decision[] }>(`/wikis/${exchanges.wikiId}/decisions`)).body.decisions,
    ).toEqual([]);
  });

  it('knows its own tags on a page that went away and came back, and makes no rejections of a new one', async () => {
    seedHttp();
    const exchanges = await tagged(http.connection);
    const { exchange_id } = await exchanges.preview();
    await exchanges.write(exchange_id);
    const [back, anew] = await exchanges.pages(exchange_id);
    const { title, text, tags } = http.pages.get(back.page_id)!;
    for (const { page_id } of [back, anew]) await http.deleteAsPerson(page_id);
    expect(await exchanges.import()).toMatchObject({ progress: { deleted: 2 } });
    http.put(back.page_id, title, text, tags);
    http.put(anew.page_id, 'Something else', 'A new page.', ['by people']);
    expect(await exchanges.import()).toMatchObject({ progress: { created: 2 } });

    const { people } = await tagsShown(service, exchanges.wikiId);
    for (const { page_id } of [back, anew]) expect(people.get(page_id)).toEqual(['by people']);
    expect(
      (await service.get<{ decisions: Decision[] }>(`/wikis/${exchanges.wikiId}/decisions`)).body.decisions,
    ).toEqual([]);
  });

  it('is one exchange at a time, however many are asked for at once', async () => {
    seedHttp();
    const exchanges = await tagged(http.connection);
    for (let round = 0; round < 4; round++) {
      const { exchange_id } = await exchanges.preview();
      const asked = Array.from({ length: 6 }, () => [
        service.post(`/exchanges/${exchange_id}/write`),
        service.post(`/wikis/${exchanges.wikiId}/exchanges`, { kind: 'import' }),
        service.post(`/exchanges/${exchange_id}/cancel`),
      ]).flat();
      for (const { status } of await Promise.all(asked)) expect([202, 409]).toContain(status);
      const { exchanges: all } = (
        await service.get<{ exchanges: { exchange_id: string }[] }>(`/wikis/${exchanges.wikiId}/exchanges`)
      ).body;
      for (const one of all) await exchanges.ended(one.exchange_id);
    }
  });

  it('is written in spite of conflicts, waits and lost answers, each page once; what stays in the way is said', async () => {
    seedHttp();
    const exchanges = await tagged(http.connection);
    const { exchange_id } = await exchanges.preview();
    const pages = (await exchanges.pages(exchange_id)).map(({ page_id }) => page_id);
    const [contested, disputed, limited, readOnly, lost, locked, deleted] = pages as [string, ...string[]];
    const asked = new Map<string, number>();
    http.instead = (id) => {
      const n = (asked.get(id) ?? 0) + 1;
      asked.set(id, n);
      if (id === contested && n <= 2) void http.editAsPerson(id, { append: '.' });
      if (id === disputed) void http.editAsPerson(id, { append: '.' });
      if (id === limited && n === 1) return { status: 429, headers: { 'retry-after': '1' } };
      if (id === readOnly && n === 1) return { status: 503 };
      if (id === lost && n === 1) return { status: 500, after: true };
      return undefined;
    };
    await http.protect(locked!);
    await http.deleteAsPerson(deleted!);
    const done = await exchanges.write(exchange_id);
    expect(done).toMatchObject({
      status: 'completed',
      waiting: null,
      progress: { written: pages.length - 3, skipped: 2, conflicts: 1, pages_done: pages.length },
    });
    expect(http.writes.toSorted()).toEqual(pages.filter((id) => ![disputed, locked, deleted].includes(id)).toSorted());
    const stateOf = new Map((await exchanges.pages(exchange_id)).map((page) => [page.page_id, page]));
    expect(stateOf.get(disputed!)).toMatchObject({ state: 'conflict', reason: expect.any(String) });
    expect(stateOf.get(locked!)).toMatchObject({ state: 'skipped', reason: expect.stringContaining('locked') });
    expect(stateOf.get(deleted!)).toMatchObject({ state: 'skipped', reason: expect.stringContaining('no such page') });
    expect(asked.get(disputed!)).toBe(3);
  });

  it('stops where the token is no longer good, says so, and goes on with a new one', async () => {
    seedHttp();
    const exchanges = await tagged(http.connection);
    const { exchange_id } = await exchanges.preview();
    const pages = await exchanges.pages(exchange_id);
    http.instead = () => {
      if (http.writes.length === 5) http.token = 'the-next-token';
      return http.writes.length === 5 ? { status: 401 } : undefined;
    };
    expect(await exchanges.write(exchange_id)).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('token'),
      progress: { written: 5 },
    });
    http.instead = () => undefined;
    const { settings } = http.connection;
    await exchanges.connect({ kind: 'http', settings: { ...settings, token: http.token } });
    await exchanges.ask(exchange_id, 'resume');
    expect(await exchanges.ended(exchange_id)).toMatchObject({
      status: 'completed',
      progress: { written: pages.length },
    });
    expect(http.writes.toSorted()).toEqual(pages.map(({ page_id }) => page_id).toSorted());
  });

  it('is left in peace within seconds of a cancel, also while it is waited for; resume goes on', async () => {
    seedHttp();
    const exchanges = await tagged(http.connection);
    const { exchange_id } = await exchanges.preview();
    const pages = await exchanges.pages(exchange_id);
    http.instead = () => (http.writes.length === 3 ? { status: 429, headers: { 'retry-after': '200' } } : undefined);
    await exchanges.ask(exchange_id, 'write');
    const waiting = await exchanges.reached(exchange_id, (exchange) => exchange.waiting !== null);
    expect(waiting).toMatchObject({ status: 'writing', waiting: expect.stringContaining('fewer requests') });
    const asked = performance.now();
    await exchanges.ask(exchange_id, 'cancel');
    expect(await exchanges.ended(exchange_id)).toMatchObject({ status: 'cancelled', progress: { written: 3 } });
    expect(performance.now() - asked).toBeLessThan(5_000);
    http.instead = () => undefined;
    await exchanges.ask(exchange_id, 'resume');
    expect(await exchanges.ended(exchange_id)).toMatchObject({
      status: 'completed',
      progress: { written: pages.length },
    });
    expect(http.writes).toHaveLength(pages.length);
  });

  it('shows no secret, in no answer, no log and no row', async () => {
    seedHttp();
    const { wikiId } = await tagged(http.connection);
    const { status, body } = await service.get(`/wikis/${wikiId}/connection`);
    expect([status, body]).toMatchObject([
      200,
      { kind: 'http', title: 'The reference', pages: made.length, can_write: true, problems: [] },
    ]);
    expect(body['settings']).toEqual({ url: http.connection.settings.url, edits_per_minute: 6000 });
    expect(JSON.stringify(body) + service.logged).not.toContain(http.token);
  });

  it('is not connected where a look at it fails, and says why', async () => {
    const wiki = await makeWiki(service, []);
    const put = (kind: string, settings: object) =>
      service.request('PUT', `/wikis/${wiki}/connection`, { kind, settings });
    const { url, token } = http.connection.settings;
    const refused = [
      await put('markdown', { folder: '/etc' }),
      await put('markdown', { folder: `${folder.folder}/../` }),
      await put('http', { url, token: 'another' }),
      await put('http', { url: 'http://169.254.169.254/', token }),
      await put('http', { url: 'http://127.0.0.1:1/', token }),
      await put('http', { url: `${new URL(url).origin}/nothing`, token }),
    ];
    expect(refused.map(({ status, body }) => [status, body['code']])).toEqual(
      refused.map(() => [422, 'connection_failed']),
    );
    expect(refused.map(({ body }) => body['fault'])).toEqual([
      'misconfigured',
      'misconfigured',
      'unauthorized',
      'misconfigured',
      'misconfigured',
      'misconfigured',
    ]);
    expect((await put('gopher', {})).body).toMatchObject({ code: 'validation_failed' });
    expect((await put('markdown', { folder: folder.folder, more: 1 })).status).toBe(422);
    expect((await service.get(`/wikis/${wiki}/connection`)).body).toMatchObject({ code: 'connection_not_found' });
    expect((await service.post(`/wikis/${wiki}/exchanges`, { kind: 'import' })).status).toBe(404);
  });

  it('answers 409 to what cannot be now', async () => {
    seedHttp();
    const exchanges = await tagged(http.connection);
    const codeOf = async (path: string, body?: object) => (await service.post(path, body)).body['code'];
    const { exchange_id: imported } = await exchanges.import();
    for (const what of ['write', 'undo', 'cancel', 'resume'])
      expect(await codeOf(`/exchanges/${imported}/${what}`)).toBe('exchange_not_possible');
    const { exchange_id: first } = await exchanges.preview();
    expect(await codeOf(`/exchanges/${first}/undo`)).toBe('exchange_not_possible');
    const { exchange_id: second } = await exchanges.preview();
    expect(await codeOf(`/exchanges/${first}/write`)).toBe('exchange_not_possible');
    http.instead = () => ({ status: 503 });
    await exchanges.ask(second, 'write');
    expect(await codeOf(`/wikis/${exchanges.wikiId}/exchanges`, { kind: 'import' })).toBe('exchange_active');
    expect((await service.request('DELETE', `/wikis/${exchanges.wikiId}/connection`)).status).toBe(409);
    await exchanges.ask(second, 'cancel');
    await exchanges.ended(second);
    expect((await service.request('DELETE', `/wikis/${exchanges.wikiId}/connection`)).status).toBe(204);
    expect(await codeOf(`/exchanges/${second}/resume`)).toBe('connection_not_found');
  });

  it('that has lost most of its pages, or all, loses none here before somebody says that it is meant', async () => {
    seedHttp();
    const exchanges = await tagged(http.connection);
    const pages = async () => (await service.get<{ pages: number }>(`/wikis/${exchanges.wikiId}`)).body.pages;
    const left = [...http.pages].slice(0, 2);
    http.pages.clear();
    expect(await exchanges.import()).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('Nothing was deleted'),
    });
    for (const [id, page] of left) http.pages.set(id, page);
    const most = await exchanges.import();
    expect(most.error).toContain(`${made.length - 2} of the ${made.length} pages are gone`);
    expect(await pages()).toBe(made.length);

    // whoever resumes it has read that, and means it: so many, and no more
    http.pages.delete(left[0][0]);
    await exchanges.ask(most.exchange_id, 'resume');
    expect(await exchanges.ended(most.exchange_id)).toMatchObject({ status: 'failed' });
    expect(await pages()).toBe(made.length);
    await exchanges.ask(most.exchange_id, 'resume');
    expect(await exchanges.ended(most.exchange_id)).toMatchObject({ status: 'completed' });
    expect(await pages()).toBe(1);
  });

  it('says which pages could not be taken, and takes the others', async () => {
    seedHttp();
    http.put('bad', 'Bad', 'NUL \0 in it');
    const exchanges = new Exchanges(service, await makeWiki(service, []));
    await exchanges.connect(http.connection);
    const done = await exchanges.import();
    expect(done).toMatchObject({ status: 'completed', progress: { created: made.length, skipped: 1 } });
    expect(await exchanges.pages(done.exchange_id)).toMatchObject([
      { page_id: 'bad', state: 'skipped', reason: expect.stringContaining('NUL') },
    ]);
  });
});
