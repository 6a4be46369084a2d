import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Exchanges } from '../support/exchanges.js';
import { dumpOf } from '../support/made-dump.js';
import { topicPages } from '../support/made-pages.js';
import { TestService } from '../support/service.js';
import { exportOf, makeWiki, runToEnd } from '../support/wiki-client.js';

describe('a wiki that is a dump file', () => {
  let service: TestService;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wikitag-dump-'));
    service = await TestService.start({ TAGGER: 'keywords', CONNECTOR_FOLDERS: folder });
  });
  afterAll(async () => {
    await service?.stop();
    rmSync(folder, { recursive: true });
  });

  it('is imported and tagged, takes a later dump as what changed, and cannot be written to', async () => {
    const made = topicPages(40, 4).map(({ title, text }, i) => ({
      id: i + 1,
      title,
      text: `${text}\n[[Category:By people]]`,
    }));
    const dump_file = join(folder, 'wiki.xml.gz');
    const put = (pages: typeof made) => writeFileSync(dump_file, gzipSync(dumpOf(pages, 'A wiki')));
    put(made);
    const exchanges = new Exchanges(service, await makeWiki(service, []));
    await exchanges.connect({ kind: 'mediawiki', settings: { dump_file } });
    const { body } = await service.get(`/wikis/${exchanges.wikiId}/connection`);
    expect(body).toMatchObject({
      kind: 'mediawiki',
      title: 'A wiki',
      can_write: false,
      settings: { dump_file, namespaces: [0] },
    });
    expect(await exchanges.import()).toMatchObject({ status: 'completed', progress: { created: 40, skipped: 0 } });
    expect((await runToEnd(service, exchanges.wikiId)).status).toBe('completed');
    const [first] = await exportOf(service, exchanges.wikiId);
    expect(first.tags.filter(({ source }) => source === 'human').map(({ tag }) => tag)).toEqual(['By people']);

    put([...made.slice(0, 38), { id: 961, title: 'New', text: 'A new page.' }]);
    expect(await exchanges.import()).toMatchObject({ progress: { created: 1, deleted: 2, updated: 0, unchanged: 38 } });
    const refused = await service.post(`/wikis/${exchanges.wikiId}/exchanges`, { kind: 'export' });
    expect(refused).toMatchObject({ status: 409, body: { detail: expect.stringContaining('read and not written') } });
  });

  it('is refused outside the folders of the operator', async () => {
    const wiki = await makeWiki(service, []);
    const settings = { dump_file: '/etc/passwd' };
    const answer = await service.request('PUT', `/wikis/${wiki}/connection`, { kind: 'mediawiki', settings });
    expect(answer).toMatchObject({ status: 422, body: { fault: 'misconfigured' } });
  });
});
