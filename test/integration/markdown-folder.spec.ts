import {
  chmodSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Change, PreparedEdit } from '../../src/connectors/contract.js';
import type { WikiFault } from '../../src/connectors/faults.js';
import { MarkdownConnector } from '../../src/connectors/markdown/markdown.connector.js';
import { bareFiles, madeFiles, textOf } from '../support/front-matters.js';
import { MarkdownWiki } from '../support/markdown-wiki.js';

const SIGNAL = new AbortController().signal;

/** As a user without rights, where the tests are root's: to root no folder is closed. */
async function asNobody(work: () => Promise<void>): Promise<void> {
  const root = process.geteuid?.() === 0;
  if (root) process.seteuid!(65_534);
  await work().finally(() => {
    if (root) process.seteuid!(0);
  });
}

describe('a folder of Markdown', () => {
  let wiki: MarkdownWiki;
  let outside: MarkdownWiki;
  beforeEach(() => {
    wiki = new MarkdownWiki();
    outside = new MarkdownWiki();
  });
  afterEach(() => {
    wiki.remove();
    outside.remove();
  });

  const all = async () => {
    const found: Change[] = [];
    for await (const change of wiki.connector().changes(new Map(), SIGNAL)) found.push(change);
    return found;
  };
  const pages = async () => (await all()).flatMap((change) => (change.type === 'page' ? [change.page] : []));
  const prepare = (page_id: string, add: string[], remove: string[] = []) =>
    wiki.connector().prepare({ edit_id: `edit_${page_id}`, page_id, add, remove }, SIGNAL);
  const faultOf = (work: Promise<unknown>) =>
    work.then(
      () => 'none',
      (error: WikiFault) => error.kind,
    );

  it('of 1,000 files in all spellings: write back and undo change no other byte', async () => {
    const made = fc.sample(fc.oneof({ weight: 5, arbitrary: madeFiles }, { weight: 1, arbitrary: bareFiles }), {
      numRuns: 1_000,
      seed: 7,
    });
    const pathOf = (i: number) =>
      `${['', 'a/', 'a/b/', 'Ünï côde/'][i % 4]}page ${i}.${i % 50 === 0 ? 'markdown' : 'md'}`;
    for (const [i, file] of made.entries()) wiki.write(pathOf(i), textOf(file));
    const connector = wiki.connector();
    const written: { edit: PreparedEdit; revision: string }[] = [];
    for (const [i, { tags }] of made.entries()) {
      const page_id = pathOf(i).replace(/\.\w+$/, '');
      const remove = i % 3 === 0 ? tags.slice(0, 1) : [];
      const edit = await connector.prepare(
        { edit_id: `edit_${i}`, page_id, add: ['wikitag was here', 'x'], remove },
        SIGNAL,
      );
      written.push({ edit: edit!, revision: await connector.apply(edit!, SIGNAL) });
    }
    made.forEach(({ before, after, style }, i) => {
      const text = readFileSync(join(wiki.folder, pathOf(i)), 'utf8');
      expect([i, style, text.startsWith(before), text.endsWith(after)]).toEqual([i, style, true, true]);
    });
    expect((await pages()).filter(({ tags }) => tags.includes('wikitag was here'))).toHaveLength(1_000);
    for (const { edit, revision } of written.reverse()) {
      const undo = await connector.prepareUndo(edit, revision, `undo_${edit.edit_id}`, SIGNAL);
      await connector.apply(undo.edit!, SIGNAL);
    }
    for (const [i, file] of made.entries())
      expect(readFileSync(join(wiki.folder, pathOf(i))).equals(Buffer.from(textOf(file)))).toBe(true);
  });

  it('keeps mode and owner, and leaves nothing beside', async () => {
    wiki.write('a.md', 'text');
    chmodSync(join(wiki.folder, 'a.md'), 0o640);
    const edit = await prepare('a', ['x']);
    wiki.write(`.wikitag-leftover.tmp`, '');
    await wiki.connector().apply(edit!, SIGNAL);
    expect(statSync(join(wiki.folder, 'a.md')).mode & 0o777).toBe(0o640);
    expect((await all()).filter(({ type }) => type === 'page')).toHaveLength(1);
  });

  it('gives pages the id of their path, and never two the same', async () => {
    for (const path of ['a.md', 'a.markdown', 'a.md.md', 'A.md', 'b.MD', 'b.markdown', 'c/a.md', 'only.markdown'])
      wiki.write(path, `in ${path}`);
    wiki.write('.hidden/x.md', '');
    wiki.write('node_modules/x.md', '');
    wiki.write('note.txt', '');
    const found = new Map((await pages()).map(({ page_id, text }) => [page_id, text.slice(3)]));
    expect(Object.fromEntries(found)).toEqual({
      a: 'a.md',
      'a.markdown': 'a.markdown',
      'a.md.md': 'a.md.md',
      A: 'A.md',
      b: 'b.MD',
      'b.markdown': 'b.markdown',
      'c/a': 'c/a.md',
      only: 'only.markdown',
    });
    for (const [page_id, path] of found) expect((await prepare(page_id, ['x']))?.receipt).toMatchObject({ path });
  });

  it('takes title, tags and drafts from the front matter', async () => {
    wiki.write('one-two.md', '\uFEFF---\r\ntitle: "The one"\r\ntags: a, b\r\ndraft: true\r\n---\r\n# Other\r\nText.');
    wiki.write('three_four.md', 'Text.');
    wiki.write('five.md', '# Five $& #\n\nText.\n');
    expect(await pages()).toEqual([
      { page_id: 'five', title: 'Five $&', text: 'Text.', published: true, tags: [] },
      { page_id: 'one-two', title: 'The one', text: '# Other\r\nText.', published: false, tags: ['a', 'b'] },
      { page_id: 'three_four', title: 'three four', text: 'Text.', published: true, tags: [] },
    ]);
  });

  it('says which file is not UTF-8, and reads the others', async () => {
    wiki.write('latin.md', Buffer.from([0x66, 0xfc, 0x72]));
    wiki.write('good.md', 'für');
    expect((await all()).filter(({ type }) => type === 'unreadable')).toEqual([
      { type: 'unreadable', page_id: 'latin', reason: expect.stringContaining('UTF-8') },
    ]);
    expect(await pages()).toHaveLength(1);
    expect(await faultOf(prepare('latin', ['x']))).toBe('refused');
  });

  it('reads a heading of any length at once, and what closes it is no part of it', async () => {
    wiki.write('long.md', `# a${' '.repeat(100_000)}b\n`);
    wiki.write('signs.md', `# a${'#'.repeat(100_000)}b\n`);
    for (const heading of ['C#', 'C #', 'C# ##  ', 'C\t#\r']) wiki.write(`${heading.trim()}.md`, `# ${heading}\n`);
    const started = performance.now();
    const titles = (await pages()).map(({ title }) => title);
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(titles.toSorted().slice(0, 4)).toEqual(['C', 'C', 'C#', 'C#']);
  });

  it('leaves out a file that is too long for a page, and does not read it', async () => {
    wiki.write('good.md', 'text');
    wiki.write('huge.md', '');
    truncateSync(join(wiki.folder, 'huge.md'), 3 * 2 ** 30); // takes no space
    expect((await all()).slice(1)).toMatchObject([
      { type: 'page' },
      { type: 'unreadable', page_id: 'huge', reason: expect.stringContaining('8 MiB') },
    ]);
  });

  it('keeps a known page as it was while its front matter is broken: nobody took its tags off', async () => {
    wiki.write('a.md', '---\ntags: [one\n---\n');
    wiki.write('b.md', `---\nlong: ${'x'.repeat(70_000)}\n---\n`);
    wiki.write('c.md', '+++\ntitle = "TOML"\n+++\n');
    const found: Change[] = [];
    const known = new Map(['a', 'b', 'c'].map((id) => [id, 'another revision']));
    for await (const change of wiki.connector().changes(known, SIGNAL)) found.push(change);
    expect(found.slice(1)).toMatchObject([
      { type: 'unreadable', page_id: 'a', reason: expect.stringContaining('no YAML') },
      { type: 'unreadable', page_id: 'b', reason: expect.stringContaining('64 KiB') },
      { type: 'page' },
    ]);
    expect(await pages()).toHaveLength(3); // new ones are pages without tags
  });

  it('waits for whoever is writing a file, or is putting another in its place', async () => {
    const whole = '---\ntags: [one]\n---\ntext';
    const known = new Map(['a', 'b'].map((id) => [id, 'another revision']));
    const connector = wiki.connector();
    wiki.write('a.md', '');
    const changes = connector.changes(known, SIGNAL);
    expect((await changes.next()).value).toEqual({ type: 'counted', pages: 1 });
    wiki.write('a.md', '');
    const filled = changes.next();
    setTimeout(() => wiki.write('a.md', whole), 100);
    expect((await filled).value).toMatchObject({ type: 'page', page: { page_id: 'a', tags: ['one'] } });
    const end = changes.next();
    wiki.write('b.md', whole);
    expect(await end).toMatchObject({ done: true });

    wiki.write('a.md', '');
    const edit = prepare('a', ['one']);
    setTimeout(() => wiki.write('a.md', whole), 100);
    expect(await edit).toBeUndefined();
  });

  it('does not take the pages of a folder that is closed for gone', async () => {
    wiki.write('closed/deep/a.md', 'text');
    wiki.write('b.md', 'text');
    chmodSync(wiki.folder, 0o755);
    chmodSync(join(wiki.folder, 'closed'), 0o000);
    const known = new Map(['closed/deep/a', 'closed-not/a', 'b'].map((id) => [id, 'another revision']));
    const found: Change[] = [];
    await asNobody(async () => {
      for await (const change of wiki.connector().changes(known, SIGNAL)) found.push(change);
    });
    expect(found.slice(2)).toMatchObject([
      { type: 'unreadable', page_id: 'closed/deep/a', reason: expect.stringContaining('no right') },
      { type: 'gone', page_id: 'closed-not/a' },
    ]);
  });

  it('writes words with - between them in a vault of Obsidian, where a tag is one word', async () => {
    wiki.write('.obsidian/app.json', '{}');
    wiki.write('a.md', '---\ntags: one\n---\n');
    expect((await prepare('a', ['kitchen tools', 'One']))?.added).toEqual(['kitchen-tools']);
  });

  describe('with links in it', () => {
    beforeEach(() => {
      outside.write('secret.md', '---\ntags: [old]\n---\nsecret');
      wiki.write('real/a.md', '---\ntags: [old]\n---\nsecret');
    });
    const untouched = () =>
      expect(readFileSync(join(outside.folder, 'secret.md'), 'utf8')).toBe('---\ntags: [old]\n---\nsecret');

    it('reads none of them', async () => {
      symlinkSync(join(outside.folder, 'secret.md'), join(wiki.folder, 'file.md'));
      symlinkSync(outside.folder, join(wiki.folder, 'folder'));
      symlinkSync(join(wiki.folder, 'real'), join(wiki.folder, 'within'));
      expect((await pages()).map(({ page_id }) => page_id)).toEqual(['real/a']);
      for (const page_id of ['file', 'folder/secret', 'within/a'])
        expect(await faultOf(prepare(page_id, ['x']))).toBe('gone');
    });

    it('follows none that took the place of a file after the edit was prepared', async () => {
      const edit = await prepare('real/a', ['x']);
      unlinkSync(join(wiki.folder, 'real/a.md'));
      symlinkSync(join(outside.folder, 'secret.md'), join(wiki.folder, 'real/a.md'));
      expect(await faultOf(wiki.connector().apply(edit!, SIGNAL))).toBe('refused');
      expect(await faultOf(wiki.connector().landed(edit!, SIGNAL))).toBe('refused');
      untouched();
    });

    it('follows none that took the place of a folder after the edit was prepared', async () => {
      outside.write('a.md', '---\ntags: [old]\n---\nsecret');
      const edit = await prepare('real/a', ['x']);
      const connector = wiki.connector();
      await connector.check(SIGNAL); // has the folder open
      renameSync(join(wiki.folder, 'real'), join(wiki.folder, 'moved'));
      symlinkSync(outside.folder, join(wiki.folder, 'real'));
      expect(await faultOf(connector.apply(edit!, SIGNAL))).toMatch(/^(gone|refused)$/);
      expect(readFileSync(join(outside.folder, 'a.md'), 'utf8')).toBe('---\ntags: [old]\n---\nsecret');
    });

    it('does not write through a second name of a file outside', async () => {
      linkSync(join(outside.folder, 'secret.md'), join(wiki.folder, 'hard.md'));
      const edit = await prepare('hard', ['x']);
      await wiki.connector().apply(edit!, SIGNAL);
      untouched();
    });

    it('is not one itself that leads out of CONNECTOR_FOLDERS', async () => {
      symlinkSync(outside.folder, join(wiki.folder, 'way-out'));
      for (const folder of [
        join(wiki.folder, 'way-out'),
        join(wiki.folder, '..'),
        outside.folder,
        '/',
        `${wiki.folder}-2`,
      ]) {
        const connector = new MarkdownConnector({ folder }, { folders: [wiki.folder] });
        expect(await faultOf(connector.check(SIGNAL))).toBe('misconfigured');
      }
      const none = new MarkdownConnector({ folder: wiki.folder }, { folders: [] });
      await expect(none.check(SIGNAL)).rejects.toThrow('CONNECTOR_FOLDERS');
      const below = new MarkdownConnector({ folder: join(wiki.folder, 'real') }, { folders: [wiki.folder] });
      expect(await below.check(SIGNAL)).toMatchObject({ title: 'real', pages: 1 });
    });
  });

  it('that goes away while it is read is no folder without pages', async () => {
    const connector = wiki.connector();
    wiki.write('a.md', '');
    await connector.check(SIGNAL);
    rmSync(wiki.folder, { recursive: true });
    const read = async () => {
      for await (const change of connector.changes(new Map([['a', 'x']]), SIGNAL)) expect(change.type).not.toBe('gone');
    };
    expect(await faultOf(read())).toBe('unreachable');
    mkdirSync(wiki.folder);
    writeFileSync(join(wiki.folder, 'b.md'), '');
  });
});
