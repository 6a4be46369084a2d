import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Change } from '../../../src/connectors/contract.js';
import { DumpConnector } from '../../../src/connectors/mediawiki/dump/dump.connector.js';
import { dumpSettings } from '../../../src/connectors/mediawiki/settings.js';
import { type DumpPage, dumpOf } from '../../support/made-dump.js';

const SIGNAL = new AbortController().signal;
const PAGES: DumpPage[] = [
  { id: 1, title: 'Bread & butter', text: "'''Flour''' <br> and [[water]].\n[[Kategorie:Essen|k]] [[Category:R&D]]" },
  { id: 2, title: 'Leer', text: '' },
  { id: 3, title: 'Talk:Bread', ns: 1, text: 'Talk.' },
  { id: 4, title: 'Brot', text: '#REDIRECT [[Bread]]', redirect: 'Bread & butter' },
  { id: 5, title: 'Code', text: '{}', model: 'json' },
  { id: 6, title: '日本', text: '旗 🎌' },
];

const bzip2 = (text: string) => execFileSync('bzip2', ['-c'], { input: text, maxBuffer: 2 ** 30 });
const noBzip2 = (() => {
  try {
    bzip2('');
    return undefined;
  } catch {
    return 'no bzip2 (apt-get install bzip2)';
  }
})();
const BZIP2: [string, (text: string) => Buffer][] = [
  ['.xml.bz2', bzip2],
  ['.xml.bz2 of several streams', (text) => Buffer.concat([bzip2(text.slice(0, 900)), bzip2(text.slice(900))])],
];

describe('a dump file', () => {
  if (noBzip2 !== undefined) it.skip(`packed with bzip2: not run: ${noBzip2}`, () => undefined);

  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'wikitag-dump-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const put = (name: string, bytes: string | Buffer) => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };
  const connector = (dump_file: string, namespaces?: number[], folders = [folder]) =>
    new DumpConnector(dumpSettings.parse({ dump_file, namespaces }), { folders });
  const changes = async (from: DumpConnector, known: Record<string, string> = {}, signal = SIGNAL) => {
    const found: Change[] = [];
    try {
      for await (const change of from.changes(new Map(Object.entries(known)), signal)) found.push(change);
    } finally {
      await from.close();
    }
    return found;
  };

  it.each<[string, (text: string) => string | Buffer]>([
    ['.xml', (text) => text],
    ['.xml.gz', gzipSync],
    ...(noBzip2 ? [] : BZIP2),
  ])('%s: pages of wikitext that are no redirects, with their categories', async (name, pack) => {
    const file = put(`wiki${name.replace(/ .*/, '')}`, pack(dumpOf(PAGES, 'Ein Wiki')));
    expect(await connector(file).check(SIGNAL)).toMatchObject({
      title: 'Ein Wiki',
      can_write: false,
      problems: [expect.stringContaining('api_url')],
    });
    expect(await changes(connector(file))).toEqual([
      { type: 'counted', pages: 3 },
      {
        type: 'page',
        revision: '1001',
        page: {
          page_id: '1',
          title: 'Bread & butter',
          text: 'Flour and water.',
          published: true,
          tags: ['Essen', 'R&D'],
        },
      },
      { type: 'page', revision: '1002', page: { page_id: '2', title: 'Leer', text: '', published: true, tags: [] } },
      {
        type: 'page',
        revision: '1006',
        page: { page_id: '6', title: '日本', text: '旗 🎌', published: true, tags: [] },
      },
    ]);
    expect(await changes(connector(file, [1]))).toHaveLength(2);
  });

  it('gives only what changed, and what is gone', async () => {
    const file = put('next.xml', dumpOf(PAGES));
    expect(await changes(connector(file), { 1: '1001', 2: '7', 6: '1006', 9: '1' })).toEqual([
      { type: 'counted', pages: 3 },
      { type: 'gone', page_id: '9' },
      expect.objectContaining({ type: 'page', revision: '1002' }),
    ]);
  });

  it('of a page’s whole history the latest revision counts, wherever it stands', async () => {
    const revision = (id: number, text: string) =>
      `<revision><id>${id}</id><model>wikitext</model><text>${text}</text></revision>`;
    const page = `<page><title>A</title><ns>0</ns><id>1</id>${revision(5, 'old')}${revision(9, 'new')}${revision(7, 'older')}</page>`;
    const file = put('history.xml', `<mediawiki>${page}</mediawiki>`);
    expect((await changes(connector(file)))[1]).toMatchObject({ revision: '9', page: { text: 'new' } });
  });

  it('a page whose text was left out or taken away cannot be read; the others can', async () => {
    const page = (id: number, text: string) =>
      `<page><title>P${id}</title><ns>0</ns><id>${id}</id><revision><id>${id}</id>${text}</revision></page>`;
    const file = put(
      'stubs.xml',
      `<mediawiki>${page(1, '<text deleted="deleted" />')}${page(2, '<text bytes="12" id="3" />')}${page(3, '<text bytes="4">Here</text>')}</mediawiki>`,
    );
    expect((await changes(connector(file))).map(({ type }) => type)).toEqual([
      'counted',
      'unreadable',
      'unreadable',
      'page',
    ]);
  });

  it('never holds a big dump in memory, and leaves the event loop alone', async () => {
    const text = `${'Flour and water. '.repeat(600)}\n[[Category:Food]]`;
    const big = Array.from({ length: 6000 }, (_, i) => ({ id: i + 1, title: `Page ${i}`, text }));
    const file = put('big.xml.gz', gzipSync(dumpOf(big)));
    const reading = connector(file);
    let longest = 0;
    let last = performance.now();
    const clock = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 10);
    const before = process.memoryUsage().rss;
    let peak = 0;
    let seen = 0;
    const known = new Map(big.slice(50).map(({ id }) => [String(id), String(id + 1000)]));
    for await (const { type } of reading.changes(known, SIGNAL)) {
      if (type === 'page') seen++;
      peak = Math.max(peak, process.memoryUsage().rss);
    }
    clearInterval(clock);
    await reading.close();
    expect(seen).toBe(50);
    expect((peak - before) / 2 ** 20).toBeLessThan(60); // the text has 60 MB, and as JavaScript's strings as much or twice
    expect(longest).toBeLessThan(1000);
  });

  it.each([
    ['cut.xml', dumpOf(PAGES).slice(0, -40), /unclosed/],
    ['cut.xml.gz', gzipSync(dumpOf(PAGES)).subarray(0, -40), /unexpected end of file/],
    ...(noBzip2 ? [] : [['cut.xml.bz2', bzip2(dumpOf(PAGES)).subarray(0, -40), /./] as const]),
    ['page.html', '<html><body>Not found</body></html>', /begins with <html>/],
    ['text.xml', 'Not found', /./],
    ['latin1.xml', Buffer.from('<mediawiki>\xe4</mediawiki>', 'latin1'), /utf-8/i],
    ['no-ids.xml', dumpOf([{ title: 'A', text: 'x' }]), /“A” has no <id>/],
  ])('%s: misconfigured, with what is wrong', async (name, bytes, why) => {
    const file = put(name, bytes);
    await expect(changes(connector(file))).rejects.toMatchObject({
      kind: 'misconfigured',
      message: expect.stringMatching(why),
    });
  });

  it('reads no file outside the folders of the operator, and follows no link', async () => {
    const file = put('fine.xml', dumpOf(PAGES));
    symlinkSync(file, join(folder, 'link.xml'));
    const outside = { kind: 'misconfigured', message: expect.stringContaining('CONNECTOR_FOLDERS') };
    await expect(changes(connector(file, [0], []))).rejects.toMatchObject(outside);
    await expect(changes(connector('/etc/passwd'))).rejects.toMatchObject(outside);
    await expect(changes(connector(join(folder, 'link.xml')))).rejects.toMatchObject({ kind: 'misconfigured' });
    await expect(changes(connector(join(folder, 'none.xml')))).rejects.toMatchObject({ kind: 'misconfigured' });
    await expect(changes(connector(folder))).rejects.toMatchObject({ kind: 'misconfigured' });
  });

  it('stops with the reason of the signal', async () => {
    const file = put('stop.xml', dumpOf(PAGES));
    const reason = new Error('cancelled');
    await expect(changes(connector(file), {}, AbortSignal.abort(reason))).rejects.toBe(reason);
    const stop = new AbortController();
    const reading = connector(file).changes(new Map(), stop.signal);
    await reading.next();
    stop.abort(reason);
    await expect(reading.next()).rejects.toBe(reason);
  });

  it('says that it can only be read', async () => {
    await expect(connector('any.xml').prepare()).rejects.toMatchObject({
      kind: 'misconfigured',
      message: expect.stringContaining('api_url'),
    });
  });
});
