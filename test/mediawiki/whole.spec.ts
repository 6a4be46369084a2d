import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Exchange } from '../../src/exchange/exchanges/exchanges.schemas.js';
import { Exchanges } from '../support/exchanges.js';
import { topicPages } from '../support/made-pages.js';
import { type TestDatabase, testDatabase } from '../support/postgres.js';
import { TestService } from '../support/service.js';
import { until } from '../support/until.js';
import { makeWiki, runToEnd } from '../support/wiki-client.js';
import { noMediawiki, TrialWiki } from './trial-wiki.js';

const HOURS = 3_600_000;
/** The whole suite runs this too, and has no twenty minutes for it. */
const PAGES = process.env['MEDIAWIKI_TESTS'] === 'required' ? 300 : 40;

/** How a page may begin and end besides its text, as real ones do. */
const FRAMES: ReadonlyArray<readonly [head: string, tail: string]> = [
  ['', ''],
  ["'''Of old.''' ", '\n\n[[Category:By people]]'],
  [
    '{{Infobox\n| name = x\n}}\n',
    '\n[[Category:By people|sort key]]\n[[Category:Second]]\n\n[[de:Seite]]\n[[fr:Page]]',
  ],
  ['<!-- [[Category:Not one]] -->', '\n<nowiki>[[Category:Nor this]]</nowiki>'],
  ['== Heading ==\n', '\n\n{{Stub}}'],
  ['[[category: by_people ]]\n', '\u00a0'],
  ['Ünïcödé 🥖\ttab. ', "\n----\n''last line''"],
];

if (noMediawiki !== undefined) {
  describe('a MediaWiki, the whole way', () => {
    it.skip(`not run: ${noMediawiki}`, () => undefined);
  });
} else {
  describe('a MediaWiki, the whole way', () => {
    const made = topicPages(PAGES, PAGES / 10).map(({ title, text, page_id }, i) => {
      const [head, tail] = FRAMES[i % FRAMES.length];
      return { title: `${title} ${page_id}`, text: `${head}${text}${tail}` };
    });
    let wiki: TrialWiki;
    let database: TestDatabase;
    let api: TestService;
    let worker: TestService;
    let env: NodeJS.ProcessEnv;
    let exchanges: Exchanges;

    beforeAll(async () => {
      [wiki, database] = await Promise.all([TrialWiki.start(), testDatabase()]);
      await wiki.admin.write({ action: 'delete', title: 'Main Page' });
      wiki.import(made);
      env = {
        DATABASE_URL: database.url,
        TAGGER: 'keywords',
        CONNECTOR_ALLOWED_HOSTS: new URL(wiki.url).host,
        CONNECTION_SECRET: 'a secret for both processes',
      };
      api = await TestService.start(env, 'api');
      worker = await TestService.start(env, 'worker');
      exchanges = new Exchanges(api, await makeWiki(api, []));
    }, 120_000);
    afterEach(() => wiki.set());
    afterAll(async () => {
      await worker?.stop();
      await api?.stop();
      await database?.close();
      await wiki?.stop();
    });

    /** All texts by title, to the byte. */
    const texts = async () => new Map((await wiki.pages()).map(({ title, text }) => [title, text]));
    /** Titles of our edits since the wiki began, one an edit. */
    const ourEdits = async (): Promise<string[]> => (await wiki.edits('Tagger')).map(({ title }) => title);
    const ended = (id: string) => exchanges.ended(id, HOURS);
    const asked = async (id: string, what: string) => {
      await exchanges.ask(id, what);
      return ended(id);
    };
    const preview = async () => ended(await exchanges.start('export'));
    const imported = async () => ended(await exchanges.start('import'));
    const titles = (planned: ReadonlyArray<{ title: string }>) => planned.map(({ title }) => title).toSorted();
    const waits = (id: string, what: RegExp) =>
      exchanges.reached(id, ({ waiting }) => waiting !== null && what.test(waiting), 60_000);
    const written = (id: string, n: number) => exchanges.reached(id, ({ progress }) => progress.written >= n, 120_000);
    const named = ({ page_id, tag }: { page_id: string; tag: string }) => ({ page_id, tag });
    let before: Map<string, string>;
    /** Of a page that a test protected. */
    let protectedTitle = '';
    const writable = ({ title }: { title: string }) =>
      title !== protectedTitle && !before.get(title)!.includes('{{nobots}}');

    it('is connected, imported and tagged', async () => {
      const { apiUrl: api_url, username, password } = wiki;
      await exchanges.connect({ kind: 'mediawiki', settings: { api_url, username, password, edits_per_minute: 6000 } });
      expect(await imported()).toMatchObject({
        status: 'completed',
        progress: { pages_total: PAGES, pages_done: PAGES, created: PAGES, skipped: 0 },
      });
      expect((await runToEnd(api, exchanges.wikiId)).status).toBe('completed');
      before = await texts();
      expect(before.size).toBe(PAGES);
      expect(before).toEqual(new Map(made.map(({ title, text }) => [title[0].toUpperCase() + title.slice(1), text])));
    }, 240_000);

    it('is previewed, written, not written again, and undone: byte for byte as before', async () => {
      const { exchange_id, status, progress } = await preview();
      const planned = await exchanges.pages(exchange_id);
      expect([status, progress.pages_total]).toEqual(['previewed', planned.length]);
      expect(planned.length).toBeGreaterThan(0.8 * PAGES);
      expect(await ourEdits()).toEqual([]);
      expect(await texts()).toEqual(before);

      expect(await asked(exchange_id, 'write')).toMatchObject({
        status: 'completed',
        progress: { written: planned.length, skipped: 0, conflicts: 0 },
      });
      expect((await ourEdits()).toSorted()).toEqual(titles(planned));
      expect(await wiki.edits('Tagger')).toEqual(
        expect.arrayContaining([expect.objectContaining({ bot: true, tags: ['wikitag'] })]),
      );
      const after = await texts();
      for (const { title, add } of planned) {
        const lines = after
          .get(title)!
          .split('\n')
          .filter((line) => !add.some((tag) => line === `[[Category:${tag}]]`));
        expect(lines.join('').trim()).toBe(before.get(title)!.split('\n').join('').trim());
      }

      const again = await preview();
      expect(again).toMatchObject({ status: 'previewed', progress: { pages_total: 0 } });
      expect(await asked(again.exchange_id, 'write')).toMatchObject({ progress: { written: 0 } });
      expect(await ourEdits()).toHaveLength(planned.length);
      expect(await imported()).toMatchObject({ progress: { updated: 0, created: 0, deleted: 0, unchanged: PAGES } });

      expect(await asked(exchange_id, 'undo')).toMatchObject({
        status: 'undone',
        progress: { restored: planned.length, kept: 0 },
      });
      expect(await texts()).toEqual(before);
    }, 900_000);

    it('what a person edits in between survives the undo and is reported; all else is as before', async () => {
      const { exchange_id } = await preview();
      const planned = await exchanges.pages(exchange_id);
      const [edited, cleaned] = planned;
      await asked(exchange_id, 'write');
      const text = (await texts()).get(edited.title)!;
      await wiki.admin.write({ action: 'edit', title: edited.title, text: `A person’s sentence. ${text}` });
      const theirs = (await texts()).get(cleaned.title)!.replace(`[[Category:${cleaned.add[0]}]]`, 'Not that.');
      await wiki.admin.write({ action: 'edit', title: cleaned.title, text: theirs });
      expect(await asked(exchange_id, 'undo')).toMatchObject({
        status: 'undone',
        progress: { restored: planned.length - 2, kept: 2 },
      });
      const kept = (await exchanges.pages(exchange_id)).filter(({ state }) => state === 'kept');
      expect(titles(kept)).toEqual(titles([edited, cleaned]));
      for (const { reason } of kept) expect(reason).toContain('edited the page since');
      const now = await texts();
      expect(now.get(edited.title)).toContain('A person’s sentence. ');
      expect(now.get(cleaned.title)).toContain('Not that.');
      for (const { title, add } of [edited, cleaned])
        for (const tag of add) expect(now.get(title)).not.toContain(`[[Category:${tag}]]`);
      for (const [title, was] of before)
        if (![edited.title, cleaned.title].includes(title)) expect(now.get(title)).toBe(was);
      expect(await imported()).toMatchObject({ progress: { updated: 2 } });
      before = now;
    }, 900_000);

    it('read-only, a rate limit, ended sessions, protected pages and edits of people: all survived, each page once', async () => {
      const edits = (await ourEdits()).length;
      const { exchange_id } = await preview();
      const planned = await exchanges.pages(exchange_id);
      const pages = [...planned];
      const locked = pages.at(-1)!;
      const contested = pages.at(-2)!;
      const shut = pages.at(-3)!;
      await wiki.admin.write({ action: 'protect', title: locked.title, protections: 'edit=sysop' });
      await wiki.admin.write({
        action: 'edit',
        title: contested.title,
        text: `A person was here. ${before.get(contested.title)}`,
      });
      await wiki.admin.write({ action: 'edit', title: shut.title, text: `{{nobots}} ${before.get(shut.title)}` });
      const now = await texts();

      await exchanges.ask(exchange_id, 'write');
      await written(exchange_id, 10);
      wiki.set(`$wgReadOnly = 'The disk is being changed';`);
      await waits(exchange_id, /disk is being changed/);
      wiki.set(`$wgMainCacheType = CACHE_DB; $wgRateLimits['edit'] = [ 'user' => [ 5, 3600 ] ];`);
      await waits(exchange_id, /fewer requests.*ratelimited/);
      wiki.endSessions();
      wiki.set();
      const done: Exchange = await ended(exchange_id);
      expect(done).toMatchObject({
        status: 'completed',
        progress: { written: pages.length - 2, skipped: 2, conflicts: 0 },
      });
      const skipped = (await exchanges.pages(exchange_id)).filter(({ state }) => state === 'skipped');
      expect(skipped.map(({ title, reason }) => [title, reason])).toEqual(
        expect.arrayContaining([
          [locked.title, expect.stringContaining('protected')],
          [shut.title, expect.stringContaining('{{nobots}}')],
        ]),
      );
      const made = (await ourEdits()).slice(0, -edits || undefined);
      expect(made.toSorted()).toEqual(titles(pages.filter((page) => page !== locked && page !== shut)));
      expect((await texts()).get(contested.title)).toContain('A person was here.');
      await asked(exchange_id, 'undo');
      expect(await texts()).toEqual(now);
      before = now;
      protectedTitle = locked.title;
    }, 900_000);

    it('a bot password that is taken back: it stops and says what to do; with a new one it goes on', async () => {
      const edits = (await ourEdits()).length;
      const { exchange_id } = await preview();
      const planned = await exchanges.pages(exchange_id);
      await exchanges.ask(exchange_id, 'write');
      await written(exchange_id, 5);
      wiki.maintain('invalidateBotPasswords', ['--user', 'Tagger']);
      wiki.endSessions();
      expect(await ended(exchange_id)).toMatchObject({
        status: 'failed',
        error: expect.stringMatching(/bot password/),
      });
      const password = 'f'.repeat(32);
      wiki.maintain('createBotPassword', [
        '--appid',
        'second',
        '--grants',
        'basic,highvolume,editpage',
        'Tagger',
        password,
      ]);
      const settings = { api_url: wiki.apiUrl, username: 'Tagger@second', password, edits_per_minute: 6000 };
      await exchanges.connect({ kind: 'mediawiki', settings });
      expect(await asked(exchange_id, 'resume')).toMatchObject({ status: 'completed' });
      expect((await ourEdits()).length - edits).toBe(planned.filter(writable).length);
      await asked(exchange_id, 'undo');
      expect(await texts()).toEqual(before);
    }, 900_000);

    it('an exporter killed after its edit and before the note of it: each page is edited once, and undone once', async () => {
      const edits = (await ourEdits()).length;
      const { exchange_id } = await preview();
      const planned = (await exchanges.pages(exchange_id)).filter(writable);
      const killedInDoubt = async (n: number) => {
        await written(exchange_id, n);
        wiki.hangAfterNextEdit();
        await until(() => wiki.hangs, 60_000, 'an edit whose answer hangs');
        await worker.kill();
        wiki.set();
        worker = await TestService.start(env, 'worker');
      };
      await exchanges.ask(exchange_id, 'write');
      await killedInDoubt(10);
      await killedInDoubt(20);
      expect(await ended(exchange_id)).toMatchObject({
        status: 'completed',
        progress: { written: planned.length, unchanged: 0, conflicts: 0 },
      });
      expect((await ourEdits()).slice(0, -edits || undefined).toSorted()).toEqual(titles(planned));
      await exchanges.ask(exchange_id, 'undo');
      await exchanges.reached(exchange_id, ({ progress }) => progress.restored >= 10, 120_000);
      wiki.hangAfterNextEdit();
      await until(() => wiki.hangs, 60_000, 'an edit whose answer hangs');
      await worker.kill();
      wiki.set();
      worker = await TestService.start(env, 'worker');
      expect(await ended(exchange_id)).toMatchObject({
        status: 'undone',
        progress: { restored: planned.length, kept: 0 },
      });
      expect(await ourEdits()).toHaveLength(edits + 2 * planned.length);
      expect(await texts()).toEqual(before);
    }, 900_000);

    it('a tag that MediaWiki cannot have is left out and named; the page gets its others', async () => {
      const { items } = (
        await api.get<{ items: { page_id: string; tag: string }[] }>(`/wikis/${exchanges.wikiId}/review`)
      ).body;
      const [good, bad] = items.filter(({ page_id }) => items.filter((item) => item.page_id === page_id).length > 1);
      expect(bad.page_id).toBe(good.page_id);
      for (const decision of [
        { decision: 'approve', ...named(good) },
        { decision: 'rename', ...named(bad), new_tag: 'C#' },
      ])
        expect((await api.post(`/wikis/${exchanges.wikiId}/decisions`, decision)).status).toBe(200);
      const planned = await exchanges.pages((await preview()).exchange_id);
      const page = planned.find(({ page_id }) => page_id === good.page_id);
      expect(page).toMatchObject({ state: 'planned', reason: expect.stringContaining('“C#”') });
      expect(page?.add).toContain(good.tag);
      expect(page?.add).not.toContain('C#');
    }, 240_000);
  });
}
