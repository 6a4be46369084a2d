import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Change, Connector } from '../../src/connectors/contract.js';
import { DumpConnector } from '../../src/connectors/mediawiki/dump/dump.connector.js';
import { dumpSettings } from '../../src/connectors/mediawiki/settings.js';
import type { MediawikiConnector } from '../../src/connectors/mediawiki/wiki.connector.js';
import { readTags } from '../../src/connectors/mediawiki/wikitext/page-tags.js';
import { connectorContract, type PersonsEdit } from '../contracts/connector.case.js';
import { englishRules, madeWikitext, PIECES } from '../support/made-wikitext.js';
import { connectorTo, MediawikiHarness } from './harness.js';
import { noMediawiki, TrialWiki } from './trial-wiki.js';

const SIGNAL = new AbortController().signal;

if (noMediawiki !== undefined) {
  describe('pages of a MediaWiki', () => {
    it.skip(`not run: ${noMediawiki}`, () => undefined);
  });
} else {
  describe('pages of a MediaWiki', () => {
    let wiki: TrialWiki;
    let harness: MediawikiHarness;
    let connector: MediawikiConnector;

    beforeAll(async () => {
      wiki = await TrialWiki.start();
      harness = new MediawikiHarness(() => wiki);
    });
    afterAll(() => wiki?.stop());
    beforeEach(async () => {
      connector = harness.connector();
      await harness.seed([]);
    });
    afterEach(async () => {
      wiki.set();
      await connector.close();
    });

    const changes = async (known: Record<string, string> = {}, from: Connector = connector) => {
      const found: Change[] = [];
      for await (const change of from.changes(new Map(Object.entries(known)), SIGNAL)) found.push(change);
      return found;
    };
    const pages = (found: readonly Change[]) =>
      Object.fromEntries(found.flatMap((change) => (change.type === 'page' ? [[change.page.title, change.page]] : [])));

    it('reads categories as MediaWiki’s own parser does, in whatever wikitext', async () => {
      // Of a template's parts only the template decides what takes effect; there are no templates in this wiki.
      const pieces = PIECES.filter((piece) => !/\{\{/.test(piece));
      const texts = fc.sample(madeWikitext(pieces), { numRuns: 150, seed: 5 });
      const rules = englishRules();
      for (const text of texts) {
        const { parse } = await wiki.admin.write({ action: 'parse', text, title: 'Any', prop: 'categories' });
        const theirs = parse.categories.map(({ category }: { category: string }) => category.replaceAll('_', ' '));
        const ours = readTags(text, rules).map(({ tag }) => rules.titles.keyOf(tag));
        expect({ text, categories: ours.toSorted() }).toEqual({ text, categories: theirs.toSorted() });
      }
    }, 120_000);

    it('leaves out redirects, other namespaces and pages that are not of wikitext', async () => {
      await harness.make('Bread', 'Flour.');
      await harness.make('Loaf', '#REDIRECT [[Bread]]');
      await harness.make('Help:Baking', 'How to bake.');
      await wiki.admin.write({ action: 'edit', title: 'Data', text: '{}', contentmodel: 'json' });
      expect((await changes())[0]).toEqual({ type: 'counted', pages: 1 });
      expect(Object.keys(pages(await changes()))).toEqual(['Bread']);
      const wider = connectorTo(wiki, { namespaces: [0, 12] });
      expect(Object.keys(pages(await changes({}, wider))).sort()).toEqual(['Bread', 'Help:Baking']);
      await wider.close();
    });

    it('takes hidden categories and those of templates for no tags', async () => {
      await harness.make('Category:Pages to check', '__HIDDENCAT__');
      await harness.make('Template:Box', 'A box. [[Category:Boxed]]');
      await harness.make('Bread', '{{Box}} Flour. [[Category:Food]] [[category:pages to check]]');
      expect(pages(await changes())['Bread'].tags).toEqual(['Food']);
    });

    it('gives plain text: no markup, no templates, no notes', async () => {
      await harness.make(
        'Bread',
        "'''Bread''' is made of [[flour|fine flour]].<ref>A note.</ref>{{Missing|x=y}}\n\n== Baking ==\nIn an oven.\n[[Category:Food]]",
      );
      const { text } = pages(await changes())['Bread'];
      expect(text).toMatch(/^Bread is made of fine flour\./);
      expect(text).toContain('In an oven.');
      expect(text).not.toMatch(/note|Missing|Category|\[|'''/);
    });

    it('a page that moves keeps its id; one that becomes a redirect or leaves the namespace is gone', async () => {
      const ids: Record<string, string> = {};
      for (const title of ['Moving', 'Turning', 'Leaving', 'Staying'])
        ids[title] = await harness.make(title, `About ${title}.`);
      const known = Object.fromEntries(
        (await changes()).flatMap((c) => (c.type === 'page' ? [[c.page.page_id, c.revision]] : [])),
      );
      await wiki.admin.write({ action: 'move', fromid: ids['Moving'], to: 'A new title', noredirect: 1 });
      await harness.replaceAsPerson(ids['Turning'], '#REDIRECT [[Staying]]');
      await wiki.admin.write({ action: 'move', fromid: ids['Leaving'], to: 'User:Admin/Draft', noredirect: 1 });
      const found = await changes({ ...known, 999999: '1' });
      expect(pages(found)).toMatchObject({ 'A new title': { page_id: ids['Moving'] } });
      expect(found.filter(({ type }) => type === 'gone').map((c) => 'page_id' in c && c.page_id)).toEqual(
        expect.arrayContaining([ids['Turning'], ids['Leaving'], '999999']),
      );
      expect(found).toHaveLength(5);
    });

    it('reads many pages in few requests, over limits and continuations', async () => {
      wiki.import(
        Array.from({ length: 130 }, (_, i) => ({
          title: `Many ${i}`,
          text: `Text of ${i}. ${'Flour. '.repeat(90)}[[Category:C${i}]]`,
        })),
      );
      await connector.check(SIGNAL);
      const asked = wiki.requests();
      // Most texts come with a later request then.
      wiki.set('$wgAPIMaxResultSize = 16384;');
      const cut = pages(await changes());
      wiki.set();
      const begun = wiki.requests();
      const whole = pages(await changes());
      expect(Object.keys(whole)).toHaveLength(130);
      expect(cut).toEqual(whole);
      expect(whole['Many 77']).toMatchObject({ text: expect.stringMatching(/^Text of 77\. Flour/), tags: ['C77'] });
      expect(wiki.requests() - begun).toBe(4); // the list, and three times fifty texts
      expect(begun - asked).toBeGreaterThan(4);
    });

    it('a wiki in another language: its own word for category is read and written', async () => {
      wiki.set(`$wgLanguageCode = 'de';`);
      const id = await harness.make(
        'Brot',
        'Mehl.\n\n[[Kategorie:Essen]]\n[[Category:Gebäck]]\n[[:Kategorie:Nur verlinkt]]',
      );
      expect(pages(await changes())['Brot'].tags).toEqual(['Essen', 'Gebäck']);
      const wish = { edit_id: 'edit_de', page_id: id, add: ['Backen'], remove: ['Gebäck'] };
      await connector.apply((await connector.prepare(wish, SIGNAL))!, SIGNAL);
      expect(await harness.text(id)).toBe(
        'Mehl.\n\n[[Kategorie:Essen]]\n[[:Kategorie:Nur verlinkt]]\n\n[[Kategorie:Backen]]',
      );
    });

    it('its dump holds the same pages', async () => {
      await harness.make('Bread', "'''Flour''' [[water]]\n[[Category:Food|key]]");
      await harness.make('Salt & pepper', 'Ground. <nowiki>[[Category:No]]</nowiki>');
      await harness.make('Loaf', '#REDIRECT [[Bread]]');
      const folder = mkdtempSync(join(tmpdir(), 'wikitag-dump-'));
      const dump_file = join(folder, 'wiki.xml');
      writeFileSync(dump_file, wiki.maintain('dumpBackup', ['--full', '--quiet']));
      const dump = new DumpConnector(dumpSettings.parse({ dump_file }), { folders: [folder] });
      expect(await changes({}, dump)).toEqual(await changes());
      expect(await dump.check(SIGNAL)).toMatchObject({ title: 'Trial wiki' });
      await dump.close();
      rmSync(folder, { recursive: true });
    });

    it('says what is amiss with account, tag, template and namespaces, each with what to do', async () => {
      wiki.set(
        `$wgGroupPermissions['bot'] = []; $wgGroupPermissions['*']['applychangetags'] = $wgGroupPermissions['user']['applychangetags'] = false;`,
      );
      const other = connectorTo(wiki, { write_as: 'template', template: 'No such', namespaces: [0, 77] });
      const checked = await other.check(SIGNAL);
      expect(checked).toMatchObject({ title: 'Trial wiki', can_write: true });
      expect(checked.problems).toEqual([
        expect.stringMatching(/group “bot”.*High-volume/),
        expect.stringMatching(/Special:Tags/),
        expect.stringMatching(/no namespace 77/),
        expect.stringMatching(/Template:No such.*Make it/),
      ]);
      await other.close();
    });

    // The last one: a page without its text cannot even be deleted.
    it('says which pages it cannot read, and goes on', async () => {
      const lost = await harness.make('Lost', 'What a broken disk took.');
      await harness.make('Bread', 'Flour.');
      wiki.maintain('sql', ['--query', "DELETE FROM text WHERE old_text LIKE 'What a broken disk%'"]);
      const found = await changes();
      expect(found.filter(({ type }) => type === 'unreadable')).toEqual([
        { type: 'unreadable', page_id: lost, reason: 'The wiki gave no text for the page.' },
      ]);
      expect(Object.keys(pages(found))).toEqual(['Bread']);
    });
  });

  describe('tags as a template', () => {
    let wiki: TrialWiki;
    beforeAll(async () => {
      wiki = await TrialWiki.start();
    });
    afterAll(() => wiki?.stop());
    // The template's page has to be made anew after each seed.
    connectorContract('mediawiki, write_as template', () => new TemplateHarness(() => wiki, { write_as: 'template' }));
  });
}

class TemplateHarness extends MediawikiHarness {
  override readonly oddTags = ['Bread & butter', 'C#', 'a=b', '日本語', 'It’s "quoted"'];

  override async seed(...args: Parameters<MediawikiHarness['seed']>) {
    const ids = await super.seed(...args);
    await this.make('Template:Tags', '{{{1|}}}').catch(() => undefined); // from an earlier test
    return ids;
  }

  override async editAsPerson(pageId: string, edit: PersonsEdit): Promise<void> {
    await super.editAsPerson(pageId, edit);
    const text = await this.text(pageId);
    const without = (edit.remove ?? []).reduce((rest, tag) => rest.replace(`\n{{Tags|${tag}}}`, ''), text);
    if (without !== text) await this.replaceAsPerson(pageId, without);
  }
}
