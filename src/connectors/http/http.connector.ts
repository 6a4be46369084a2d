import type { Agent } from 'node:http';
import { z } from 'zod';
import { tagKey } from '../../common/fold.js';
import { storableText } from '../../common/storable-text.js';
import type { Change, Checked, Connector, PreparedEdit, PreparedUndo, TagWish } from '../contract.js';
import { WikiFault } from '../faults.js';
import { HttpWikiClient } from './client.js';
import { listAnswer, type PageAnswer, pageAnswer, wikiAnswer, writtenAnswer } from './protocol.js';

export const httpSettings = z.strictObject({
  url: storableText(1, 2000).meta({
    description: 'Where the wiki serves the protocol of docs/connectors.md.',
    example: 'https://wiki.example.com/wikitag',
  }),
  token: storableText(1, 1000)
    .regex(/^[\x21-\x7e]+$/, 'must have visible ASCII characters only')
    .meta({ description: 'Sent as `Authorization: Bearer …`. Kept encrypted and never shown.', example: 'a-secret' }),
});
export type HttpSettings = z.output<typeof httpSettings>;

/** Pages that are read at the same time. */
const AT_ONCE = 4;
const STORABLE = z.array(storableText(0));
/** More than any wiki has: a list that goes on and on must end before the memory does. */
const MOST_PAGES = 1_000_000;

/** The tags of the page before and after the edit. */
interface Receipt {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** A wiki that serves a small JSON protocol of ours: any wiki, with a page of code. */
export class HttpConnector implements Connector {
  readonly kind = 'http';
  private readonly client: HttpWikiClient;

  /** @param agent leads to the wiki and nowhere else; destroyed by `close` */
  constructor(
    { url, token }: HttpSettings,
    private readonly agent: Agent,
  ) {
    this.client = new HttpWikiClient(new URL(url), token, agent);
  }

  async check(signal: AbortSignal): Promise<Checked> {
    const wiki = await this.client.find('', wikiAnswer, signal).catch(whole);
    if (wiki === undefined) throw new WikiFault('misconfigured', 'There is no wiki at this URL (it answered 404).');
    const problems = wiki.can_write ? [] : ['The token may read but not write: give it the right to set tags.'];
    return { title: wiki.title, pages: wiki.pages ?? null, can_write: wiki.can_write, problems };
  }

  async *changes(known: ReadonlyMap<string, string>, signal: AbortSignal): AsyncGenerator<Change> {
    const listed = await this.list(signal);
    yield { type: 'counted', pages: listed.size };
    const changed = [...listed].filter(([id, revision]) => known.get(id) !== revision).map(([id]) => id);
    // while pages come and go, a list that is read in parts may miss one that is there
    const missed = [...known.keys()].filter((id) => !listed.has(id));
    for (const ids of batches([...changed, ...missed]))
      for (const change of await Promise.all(ids.map((id) => this.changeOf(id, signal))))
        if (change.type !== 'page' || change.revision !== known.get(change.page.page_id)) yield change;
  }

  async prepare({ page_id, ...wish }: TagWish, signal: AbortSignal): Promise<PreparedEdit | undefined> {
    return edit(await this.page(page_id, signal), wish);
  }

  async apply({ edit_id, page_id, base_revision, receipt }: PreparedEdit, signal: AbortSignal): Promise<string> {
    const headers = { 'if-match': `"${base_revision}"`, 'idempotency-key': edit_id };
    const { after } = receipt as Receipt;
    const path = `${pathOf(page_id)}/tags`;
    return (await this.client.put(path, { tags: after }, headers, writtenAnswer, signal)).revision;
  }

  async landed({ edit_id }: PreparedEdit, signal: AbortSignal): Promise<string | undefined> {
    return (await this.client.find(`/edits/${encodeURIComponent(edit_id)}`, writtenAnswer, signal))?.revision;
  }

  async prepareUndo(
    { page_id, added, removed, receipt }: PreparedEdit,
    revision: string,
    editId: string,
    signal: AbortSignal,
  ): Promise<PreparedUndo> {
    const found = await this.client.find(pathOf(page_id), pageAnswer, signal);
    if (found === undefined) return { edit: undefined, edited_since: true };
    const page = asked(page_id, found);
    const wish = { edit_id: editId, add: removed, remove: added };
    if (page.revision !== revision) return { edit: edit(page, wish), edited_since: true };
    const { before, after } = receipt as Receipt;
    const undo: Receipt = { before: after, after: before };
    const back = { edit_id: editId, page_id, base_revision: revision, added: removed, removed: added, receipt: undo };
    return { edit: back, edited_since: false };
  }

  async close(): Promise<void> {
    this.agent.destroy();
  }

  /** Revisions by page_id. */
  private async list(signal: AbortSignal): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for (let cursor: string | null | undefined = ''; typeof cursor === 'string'; ) {
      const query: string = cursor === '' ? '' : `?cursor=${encodeURIComponent(cursor)}`;
      const { pages, next_cursor }: z.output<typeof listAnswer> = await this.client
        .get(`/pages${query}`, listAnswer, signal)
        .catch(whole);
      const before = found.size;
      for (const { page_id, revision } of pages) found.set(page_id, revision);
      if (typeof next_cursor === 'string' && found.size === before)
        throw new WikiFault('misconfigured', 'The wiki’s list of pages has no end: it goes on and names no new page.');
      if (found.size > MOST_PAGES)
        throw new WikiFault('misconfigured', `The wiki’s list names more than ${MOST_PAGES} pages.`);
      cursor = next_cursor;
    }
    return found;
  }

  private async changeOf(page_id: string, signal: AbortSignal): Promise<Change> {
    try {
      const { revision, ...page } = await this.page(page_id, signal);
      return { type: 'page', page, revision };
    } catch (error) {
      if (!(error instanceof WikiFault) || !error.concernsPage) throw error;
      return error.kind === 'gone' ? { type: 'gone', page_id } : { type: 'unreadable', page_id, reason: error.message };
    }
  }

  private async page(pageId: string, signal: AbortSignal): Promise<PageAnswer> {
    return asked(pageId, await this.client.get(pathOf(pageId), pageAnswer, signal));
  }
}

const pathOf = (pageId: string) => `/pages/${encodeURIComponent(pageId)}`;

function* batches(ids: readonly string[]): Generator<readonly string[]> {
  for (let from = 0; from < ids.length; from += AT_ONCE) yield ids.slice(from, from + AT_ONCE);
}

/** @throws {WikiFault} refused, where it is another page than the one that was asked for */
function asked(pageId: string, page: PageAnswer): PageAnswer {
  if (page.page_id === pageId) return page;
  throw new WikiFault('refused', 'Asked for this page, the wiki answers with another one.');
}

/**
 * Undefined where the page is as wished. A tag that is there in another spelling is not added, and not taken away.
 * @throws {WikiFault} refused, where the page has tags that the receipt cannot hold
 */
function edit(page: PageAnswer, { edit_id, add, remove }: Omit<TagWish, 'page_id'>): PreparedEdit | undefined {
  if (!STORABLE.safeParse(page.tags).success)
    throw new WikiFault('refused', 'It has a tag with a NUL character or half a character in it.');
  const there = new Set(page.tags.map(tagKey));
  const added = [...new Set(add)].filter((tag) => !there.has(tagKey(tag)));
  const removed = [...new Set(remove)].filter((tag) => page.tags.includes(tag));
  if (added.length === 0 && removed.length === 0) return undefined;
  const after = [...page.tags.filter((tag) => !removed.includes(tag)), ...added];
  const receipt: Receipt = { before: page.tags, after };
  return { edit_id, page_id: page.page_id, base_revision: page.revision, added, removed, receipt };
}

/** What would be said of one page is said of the wiki. */
function whole(error: unknown): never {
  if (!(error instanceof WikiFault) || !error.concernsPage) throw error;
  if (error.kind === 'protected')
    throw new WikiFault('unauthorized', 'The wiki does not let this token read its pages.');
  throw new WikiFault('misconfigured', `There is no wiki at this URL: ${error.message}`);
}
