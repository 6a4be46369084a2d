import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Change, Connector, PreparedEdit, TagWish } from '../../src/connectors/contract.js';
import type { WikiFault } from '../../src/connectors/faults.js';

export interface SeedPage {
  /** A name that this wiki can give a page: letters only. */
  readonly name: string;
  readonly text: string;
  readonly tags: readonly string[];
}

/** What a person does to a page. */
export interface PersonsEdit {
  /** A sentence to put at the end of the text. */
  readonly append?: string;
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
}

/** A wiki that is there for the tests alone, and ways to act on it that are not the connector's. */
export interface WikiHarness {
  /** Makes the wiki empty but for these pages, and gives their page_ids by name. */
  seed(pages: readonly SeedPage[]): Promise<ReadonlyMap<string, string>>;
  /** A connector as `createConnector` gives it: a new one with every call, closed by who calls. */
  connector(): Connector;
  /** One with credentials that are not good; absent where there are none. */
  withWrongCredentials?(): Connector;
  /** One for a place where no wiki is. */
  elsewhere(): Connector;
  /** The page as the wiki keeps it, to the byte. */
  read(pageId: string): Promise<Buffer>;
  editAsPerson(pageId: string, edit: PersonsEdit): Promise<void>;
  deleteAsPerson(pageId: string): Promise<void>;
  /** Makes a page that cannot be edited; absent where there is no such thing. */
  protect?(pageId: string): Promise<void>;
  /** Tags with characters that need care in this wiki, each as the page will spell it. */
  readonly oddTags: readonly string[];
}

const SIGNAL = new AbortController().signal;

const PAGES: readonly SeedPage[] = [
  { name: 'Bread', text: 'Flour, water, salt and yeast make a dough.', tags: ['Baking', 'Food'] },
  { name: 'Coffee', text: 'Grind the beans finely.', tags: ['Drinks'] },
  { name: 'Stars', text: 'A telescope shows planets and moons.', tags: [] },
];

async function all(changes: AsyncIterable<Change>): Promise<Change[]> {
  const found: Change[] = [];
  for await (const change of changes) found.push(change);
  return found;
}

const pagesOf = (changes: readonly Change[]) =>
  changes.flatMap((change) => (change.type === 'page' ? [{ ...change.page, revision: change.revision }] : []));
const faultOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: WikiFault) => error.kind ?? `${error.name}: ${error.message}`,
  );
const stored = (edit: PreparedEdit): PreparedEdit => JSON.parse(JSON.stringify(edit)) as PreparedEdit;

/** What every Connector must do, whatever wiki stands behind it. */
export function connectorContract(name: string, get: () => WikiHarness): void {
  describe(`Connector contract: ${name}`, () => {
    let wiki: WikiHarness;
    let connector: Connector;
    let idOf: (name: string) => string;
    let before: Map<string, Buffer>;
    const opened: Connector[] = [];
    const open = (made: Connector) => {
      opened.push(made);
      return made;
    };

    beforeEach(async () => {
      wiki = get();
      const ids = await wiki.seed(PAGES);
      idOf = (page) => ids.get(page)!;
      before = new Map();
      for (const id of ids.values()) before.set(id, await wiki.read(id));
      connector = open(wiki.connector());
    });
    afterEach(async () => {
      for (const made of opened.splice(0)) await made.close();
    });

    const known = async () =>
      new Map(pagesOf(await all(connector.changes(new Map(), SIGNAL))).map((p) => [p.page_id, p.revision]));
    const wish = (page: string, add: string[], remove: string[] = []): TagWish => ({
      edit_id: `edit_${randomUUID()}`,
      page_id: idOf(page),
      add,
      remove,
    });
    /** Writes a wish as an exporter does: the edit goes through JSON, and may be made by another process. */
    const write = async (what: TagWish) => {
      const edit = stored((await connector.prepare(what, SIGNAL))!);
      return { edit, revision: await connector.apply(edit, SIGNAL) };
    };
    const tagsOf = async (page: string) =>
      pagesOf(await all(connector.changes(new Map(), SIGNAL))).find((p) => p.page_id === idOf(page))!.tags;
    const untouched = async (...but: string[]) => {
      for (const [id, bytes] of before) if (!but.map(idOf).includes(id)) expect(await wiki.read(id)).toEqual(bytes);
    };

    it('looks at the wiki and finds it good', async () => {
      const checked = await connector.check(SIGNAL);
      expect(checked).toMatchObject({ can_write: true, problems: [] });
      expect(checked.title).not.toBe('');
      expect([null, PAGES.length]).toContain(checked.pages);
      await untouched();
    });

    it('says so where no wiki is, and where the credentials are not good', async () => {
      expect(['misconfigured', 'unreachable']).toContain(await faultOf(open(wiki.elsewhere()).check(SIGNAL)));
      if (wiki.withWrongCredentials === undefined) return;
      expect(await faultOf(open(wiki.withWrongCredentials()).check(SIGNAL))).toBe('unauthorized');
    });

    it('gives all pages the first time, counted first', async () => {
      const found = await all(connector.changes(new Map(), SIGNAL));
      expect(found[0]).toEqual({ type: 'counted', pages: PAGES.length });
      const pages = pagesOf(found);
      expect(pages).toHaveLength(PAGES.length);
      for (const { name: page, text, tags } of PAGES) {
        const one = pages.find((p) => p.page_id === idOf(page))!;
        expect(one.title).toContain(page);
        expect(one.text).toContain(text);
        expect(one.tags.toSorted()).toEqual(tags.toSorted());
        expect(one.published).toBe(true);
      }
    });

    it('gives only what changed after that: edited, new and gone pages', async () => {
      const revisions = await known();
      expect((await all(connector.changes(revisions, SIGNAL))).filter((c) => c.type !== 'counted')).toEqual([]);
      await wiki.editAsPerson(idOf('Coffee'), { append: 'Pour slowly.', add: ['Morning'] });
      await wiki.deleteAsPerson(idOf('Stars'));
      const changes = await all(open(wiki.connector()).changes(revisions, SIGNAL));
      expect(changes[0]).toEqual({ type: 'counted', pages: PAGES.length - 1 });
      const [edited, ...others] = pagesOf(changes);
      expect(others).toEqual([]);
      expect(edited.text).toContain('Pour slowly.');
      expect(edited.tags.toSorted()).toEqual(['Drinks', 'Morning']);
      expect(changes.filter((c) => c.type === 'gone')).toEqual([{ type: 'gone', page_id: idOf('Stars') }]);
    });

    it('writes tags and changes nothing else; its own revision is no change for the next import', async () => {
      const revisions = await known();
      const { edit, revision } = await write(wish('Bread', ['Kitchen', 'Grain'], ['Food']));
      expect([edit.added.toSorted(), edit.removed]).toEqual([['Grain', 'Kitchen'], ['Food']]);
      expect((await tagsOf('Bread')).toSorted()).toEqual(['Baking', 'Grain', 'Kitchen']);
      await untouched('Bread');
      const own = new Map(revisions).set(idOf('Bread'), revision);
      expect(pagesOf(await all(connector.changes(own, SIGNAL)))).toEqual([]);
      expect(pagesOf(await all(connector.changes(revisions, SIGNAL))).map((p) => p.page_id)).toEqual([idOf('Bread')]);
    });

    it('writes to a page without tags, and takes the last tag away', async () => {
      await write(wish('Stars', ['Astronomy']));
      expect(await tagsOf('Stars')).toEqual(['Astronomy']);
      await write(wish('Stars', [], ['Astronomy']));
      expect(await tagsOf('Stars')).toEqual([]);
    });

    it('has nothing to do where the page is as wished already', async () => {
      expect(await connector.prepare(wish('Coffee', ['Drinks'], ['Nowhere']), SIGNAL)).toBeUndefined();
      await write(wish('Coffee', ['Morning']));
      expect(await connector.prepare(wish('Coffee', ['Morning']), SIGNAL)).toBeUndefined();
    });

    it('spells tags as they are, whatever is in them, and takes them away again to the byte', async () => {
      const { edit, revision } = await write(wish('Coffee', [...wiki.oddTags]));
      expect((await tagsOf('Coffee')).toSorted()).toEqual(['Drinks', ...wiki.oddTags].toSorted());
      const { edit: undo } = await connector.prepareUndo(edit, revision, 'edit_undo_odd', SIGNAL);
      await connector.apply(stored(undo!), SIGNAL);
      await untouched();
    });

    it('does not write over an edit that came in between', async () => {
      const edit = stored((await connector.prepare(wish('Coffee', ['Morning']), SIGNAL))!);
      await wiki.editAsPerson(idOf('Coffee'), { append: 'Pour slowly.' });
      const persons = await wiki.read(idOf('Coffee'));
      expect(await faultOf(connector.apply(edit, SIGNAL))).toBe('conflict');
      expect(await wiki.read(idOf('Coffee'))).toEqual(persons);
      await write(wish('Coffee', ['Morning']));
      expect((await wiki.read(idOf('Coffee'))).toString()).toContain('Pour slowly.');
    });

    it('knows afterwards whether an edit was made, in another process too', async () => {
      const edit = stored((await connector.prepare(wish('Bread', ['Kitchen']), SIGNAL))!);
      expect(await open(wiki.connector()).landed(edit, SIGNAL)).toBeUndefined();
      const revision = await connector.apply(edit, SIGNAL);
      expect(await open(wiki.connector()).landed(edit, SIGNAL)).toBe(revision);
    });

    it('does not take another’s edit for its own', async () => {
      const edit = stored((await connector.prepare(wish('Bread', ['Kitchen']), SIGNAL))!);
      await wiki.editAsPerson(idOf('Bread'), { add: ['Oven'] });
      expect(await open(wiki.connector()).landed(edit, SIGNAL)).toBeUndefined();
    });

    it('takes an edit back to the byte', async () => {
      for (const page of PAGES.map((p) => p.name)) {
        const { edit, revision } = await write(wish(page, ['Kitchen', 'Grain'], ['Food', 'Drinks']));
        expect(await wiki.read(idOf(page))).not.toEqual(before.get(idOf(page)));
        const undo = await open(wiki.connector()).prepareUndo(edit, revision, `edit_undo_${page}`, SIGNAL);
        expect(undo.edited_since).toBe(false);
        const back = await connector.apply(stored(undo.edit!), SIGNAL);
        expect(await connector.landed(stored(undo.edit!), SIGNAL)).toBe(back);
      }
      await untouched();
    });

    it('takes only its own tags back where a person has edited the page since', async () => {
      const { edit, revision } = await write(wish('Bread', ['Kitchen'], ['Food']));
      await wiki.editAsPerson(idOf('Bread'), { append: 'Knead it well.', add: ['Oven'] });
      const undo = await connector.prepareUndo(edit, revision, 'edit_undo_edited', SIGNAL);
      expect(undo.edited_since).toBe(true);
      await connector.apply(stored(undo.edit!), SIGNAL);
      expect((await tagsOf('Bread')).toSorted()).toEqual(['Baking', 'Food', 'Oven']);
      expect((await wiki.read(idOf('Bread'))).toString()).toContain('Knead it well.');
    });

    it('has nothing to take back where a person has done so', async () => {
      const { edit, revision } = await write(wish('Coffee', ['Morning']));
      await wiki.editAsPerson(idOf('Coffee'), { append: 'Pour slowly.', remove: ['Morning'] });
      const persons = await wiki.read(idOf('Coffee'));
      const undo = await connector.prepareUndo(edit, revision, 'edit_undo_none', SIGNAL);
      expect(undo).toEqual({ edit: undefined, edited_since: true });
      expect(await wiki.read(idOf('Coffee'))).toEqual(persons);
    });

    it('makes no page: one that is gone is said to be gone', async () => {
      const edit = stored((await connector.prepare(wish('Stars', ['Astronomy']), SIGNAL))!);
      await wiki.deleteAsPerson(idOf('Stars'));
      expect(await faultOf(connector.apply(edit, SIGNAL))).toBe('gone');
      expect(await faultOf(connector.prepare(wish('Stars', ['Astronomy']), SIGNAL))).toBe('gone');
      expect(pagesOf(await all(connector.changes(new Map(), SIGNAL))).map((p) => p.page_id)).not.toContain(
        idOf('Stars'),
      );
    });

    it('says which page is protected, and leaves it alone', async () => {
      if (wiki.protect === undefined) return;
      await wiki.protect(idOf('Coffee'));
      const persons = await wiki.read(idOf('Coffee'));
      const attempt = connector
        .prepare(wish('Coffee', ['Morning']), SIGNAL)
        .then((edit) => connector.apply(stored(edit!), SIGNAL));
      expect(await faultOf(attempt)).toBe('protected');
      expect(await wiki.read(idOf('Coffee'))).toEqual(persons);
    });

    it('ends with the reason of the signal and writes nothing', async () => {
      const { edit, revision } = await write(wish('Bread', ['Kitchen']));
      const next = stored((await connector.prepare(wish('Coffee', ['Morning']), SIGNAL))!);
      const reason = new Error('the exchange was cancelled');
      const aborted = AbortSignal.abort(reason);
      await expect(connector.check(aborted)).rejects.toBe(reason);
      await expect(all(connector.changes(new Map(), aborted))).rejects.toBe(reason);
      await expect(connector.prepare(wish('Coffee', ['X']), aborted)).rejects.toBe(reason);
      await expect(connector.apply(next, aborted)).rejects.toBe(reason);
      await expect(connector.landed(edit, aborted)).rejects.toBe(reason);
      await expect(connector.prepareUndo(edit, revision, 'edit_undo_aborted', aborted)).rejects.toBe(reason);
      await untouched('Bread');
    });
  });
}
