import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Exchanges } from '../support/exchanges.js';
import { HttpWiki } from '../support/http-wiki.js';
import { topicPages } from '../support/made-pages.js';
import { MarkdownWiki } from '../support/markdown-wiki.js';
import { type TestDatabase, testDatabase } from '../support/postgres.js';
import { TestService } from '../support/service.js';
import { until } from '../support/until.js';
import { makeWiki, runToEnd } from '../support/wiki-client.js';

/** Workers are killed with SIGKILL; each that follows takes over when the lease of the dead one is over. */
describe('an exporter that is killed', () => {
  let database: TestDatabase;
  let folder: MarkdownWiki;
  let http: HttpWiki;
  let api: TestService;
  let worker: TestService;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    database = await testDatabase();
    folder = new MarkdownWiki();
    http = await HttpWiki.listen();
    env = {
      DATABASE_URL: database.url,
      TAGGER: 'keywords',
      CONNECTOR_FOLDERS: folder.folder,
      CONNECTOR_ALLOWED_HOSTS: http.host,
      CONNECTION_SECRET: 'a secret for both processes',
    };
    api = await TestService.start(env, 'api');
    worker = await TestService.start(env, 'worker');
  });
  afterAll(async () => {
    await worker?.stop();
    await api?.stop();
    await http?.close();
    folder?.remove();
    await database?.close();
  });

  async function tagged(connection: object): Promise<Exchanges> {
    const exchanges = new Exchanges(api, await makeWiki(api, []));
    await exchanges.connect(connection);
    await exchanges.import();
    await runToEnd(api, exchanges.wikiId);
    return exchanges;
  }

  it('between an edit and its bookkeeping: the next one writes each page once, and takes each back once', async () => {
    for (const { page_id, title, text } of topicPages(30, 3)) http.put(page_id, title, text, ['by people']);
    const exchanges = await tagged(http.connection);
    const { exchange_id } = await exchanges.preview();
    const pages = (await exchanges.pages(exchange_id)).map(({ page_id }) => page_id);
    let killAt = 5;
    http.beforeAnswer = async () => {
      if (http.writes.length !== killAt) return;
      await worker.kill();
      worker = await TestService.start(env, 'worker');
    };
    await exchanges.ask(exchange_id, 'write');
    expect(await exchanges.ended(exchange_id)).toMatchObject({
      status: 'completed',
      progress: { written: pages.length, unchanged: 0, conflicts: 0, skipped: 0 },
    });
    expect(http.writes.toSorted()).toEqual(pages.toSorted());

    http.writes.length = 0;
    killAt = 3;
    await exchanges.ask(exchange_id, 'undo');
    expect(await exchanges.ended(exchange_id)).toMatchObject({
      status: 'undone',
      progress: { restored: pages.length, kept: 0 },
    });
    expect(http.writes.toSorted()).toEqual(pages.toSorted());
    expect([...http.pages.values()].map(({ tags }) => tags)).toEqual(topicPages(30, 3).map(() => ['by people']));
    expect(await exchanges.import()).toMatchObject({ progress: { updated: 0, unchanged: 30 } });
  }, 180_000);

  it('nearly: one that was stopped and goes on after another took over writes nothing more', async () => {
    http.pages.clear();
    http.writes.length = 0;
    for (const { page_id, title, text } of topicPages(30, 3)) http.put(page_id, title, text);
    http.beforeAnswer = async () => {};
    const exchanges = await tagged(http.connection);
    const { exchange_id } = await exchanges.preview();
    const pages = (await exchanges.pages(exchange_id)).map(({ page_id }) => page_id);
    const stopped = worker;
    http.beforeAnswer = async () => {
      if (http.writes.length !== 4 || worker !== stopped) return;
      process.kill(stopped.pid, 'SIGSTOP');
      worker = await TestService.start(env, 'worker');
    };
    await exchanges.ask(exchange_id, 'write');
    const done = await exchanges.ended(exchange_id);
    expect(done).toMatchObject({ status: 'completed', progress: { written: pages.length } });
    process.kill(stopped.pid, 'SIGCONT');
    await until(() => http.open === 0, 10_000, 'the end of what it had under way');
    await stopped.stop();
    expect(stopped.logged).not.toMatch(/"level":"error"/);
    expect(http.writes.toSorted()).toEqual(pages.toSorted());
    expect(await exchanges.get(exchange_id)).toEqual(done);
  }, 180_000);

  it('in the middle of a folder: no file is written twice or half, and all come back to the byte', async () => {
    const files = topicPages(300, 6);
    for (const { page_id, title, text } of files)
      folder.write(`${page_id}.md`, `---\r\ntags: by, people # mine\r\n---\r\n# ${title}\r\n\r\n${text}`);
    const bytesOf = (id: string) => readFileSync(join(folder.folder, `${id}.md`));
    const before = new Map(files.map(({ page_id }) => [page_id, bytesOf(page_id)]));
    const changed = () => files.filter(({ page_id }) => !bytesOf(page_id).equals(before.get(page_id)!)).length;
    const exchanges = await tagged({ kind: 'markdown', settings: { folder: folder.folder } });
    const { exchange_id } = await exchanges.preview();
    const planned = await exchanges.pages(exchange_id);
    await exchanges.ask(exchange_id, 'write');
    await until(() => changed() > 20, 30_000, 'the first writes');
    await worker.kill();
    const half = changed();
    expect(half).toBeLessThan(planned.length);
    worker = await TestService.start(env, 'worker');
    expect(await exchanges.ended(exchange_id)).toMatchObject({
      status: 'completed',
      progress: { written: planned.length, unchanged: 0, conflicts: 0, skipped: 0 },
    });
    for (const { page_id, add } of planned) {
      const text = bytesOf(page_id).toString();
      for (const tag of add) expect(text.slice(0, text.indexOf('# ')).split(tag)).toHaveLength(2);
    }
    expect(await exchanges.undo(exchange_id)).toMatchObject({
      status: 'undone',
      progress: { restored: planned.length },
    });
    for (const { page_id } of files) expect(bytesOf(page_id).equals(before.get(page_id)!)).toBe(true);
  }, 180_000);
});
