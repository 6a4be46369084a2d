import type { Agent } from 'node:http';
import pLimit from 'p-limit';
import type { Change, Checked, Connector, PreparedEdit, PreparedUndo, TagWish } from '../contract.js';
import { WikiFault } from '../faults.js';
import { reversed, spliced } from '../splice.js';
import { checkSite } from './check.js';
import { faultOf } from './faults.js';
import { listRevisions, type NotRead, type ReadPage, readForEdit, readPages, stillThere } from './pages.js';
import { PlainText } from './plain-text.js';
import { digestOf, editOf, type Receipt } from './receipt.js';
import { savePage } from './save.js';
import { type Answer, Session } from './session.js';
import type { LiveWikiSettings } from './settings.js';
import { lookAtSite, type Site } from './site.js';
import { keepsBotAway } from './wikitext/bots.js';
import { editTags, readTags, type TagRules } from './wikitext/page-tags.js';

/** A MediaWiki by its action API. A page's id here is its id there: titles change when a page is moved. */
export class MediawikiConnector implements Connector {
  readonly kind = 'mediawiki';
  readonly #session: Session;
  readonly #plainText = new PlainText();
  /** MediaWiki asks bots to write one thing after the other; and two edits of ours to one page must not meet. */
  readonly #writing = pLimit(1);
  #site: Promise<Site> | undefined;

  /** @param agent leads to the wiki and nowhere else; destroyed by `close` */
  constructor(
    private readonly settings: LiveWikiSettings,
    private readonly agent: Agent,
  ) {
    this.#session = new Session(settings, agent);
  }

  async check(signal: AbortSignal): Promise<Checked> {
    this.#site = undefined;
    return checkSite(this.#session, await this.#look(signal), this.settings, signal);
  }

  async *changes(known: ReadonlyMap<string, string>, signal: AbortSignal): AsyncGenerator<Change> {
    const { namespaces } = this.settings;
    const rules = await this.#rules(signal);
    const listed = await listRevisions(this.#session, namespaces, signal);
    // A page that is moved while the list is read may be missed by it.
    const missed = [...known.keys()].filter((id) => !listed.has(id));
    for (const [id, revision] of await stillThere(this.#session, missed, namespaces, signal)) listed.set(id, revision);
    yield { type: 'counted', pages: listed.size };
    for (const page_id of missed) if (!listed.has(page_id)) yield { type: 'gone', page_id };
    const changed = [...listed].filter(([id, revision]) => known.get(id) !== revision).map(([id]) => id);
    for await (const batch of readPages(this.#session, changed, namespaces, signal))
      for (const page of batch)
        if (!('gone' in page)) yield await this.#changeOf(page, rules, signal);
        else if (known.has(page.pageId)) yield { type: 'gone', page_id: page.pageId };
  }

  async prepare({ edit_id, page_id, add, remove }: TagWish, signal: AbortSignal): Promise<PreparedEdit | undefined> {
    const page = await this.#editable(page_id, signal);
    const wanted = new Map(add.map((tag) => [tag, null]));
    const edited = editTags(page.text, wanted, remove, await this.#rules(signal));
    return edited.text === page.text ? undefined : editOf(edit_id, page, edited);
  }

  async apply(edit: PreparedEdit, signal: AbortSignal): Promise<string> {
    return this.#writing(async () => {
      const page = await readForEdit(this.#session, edit.page_id, signal);
      const text = spliced(page.text, (edit.receipt as Receipt).splice);
      if (page.revision !== edit.base_revision || text === undefined)
        throw new WikiFault('conflict', 'Somebody edited the page in the meantime.');
      return savePage(this.#session, await this.#look(signal), edit, page, text, signal);
    });
  }

  async landed({ edit_id, page_id, base_revision }: PreparedEdit, signal: AbortSignal): Promise<string | undefined> {
    const { account } = await this.#look(signal);
    const since = { rvdir: 'newer', rvstartid: base_revision, rvlimit: 'max', rvprop: 'ids|user|comment' };
    for (let more: object | undefined = {}; more !== undefined; ) {
      const query = { action: 'query', pageids: page_id, prop: 'revisions', ...since, ...more };
      const answer: Answer = await this.#session.call(query, signal);
      const ours = answer.query?.pages?.[0]?.revisions?.find(
        ({ user, comment }: Answer) => user === account.name && comment?.includes(edit_id),
      );
      if (ours !== undefined) return String(ours.revid);
      more = answer.continue;
    }
    return undefined;
  }

  async prepareUndo(
    { page_id, added, receipt }: PreparedEdit,
    _revision: string,
    editId: string,
    signal: AbortSignal,
  ): Promise<PreparedUndo> {
    const { splice, after, restore } = receipt as Receipt;
    const rules = await this.#rules(signal);
    const page = await this.#editable(page_id, signal);
    // By the text, not by the revision: moving or protecting a page makes a revision without anybody editing.
    if (digestOf(page.text) === after) {
      const removed = readTags(page.text, rules).filter(({ tag }) => added.includes(tag));
      const text = spliced(page.text, reversed(splice))!;
      return { edit: editOf(editId, page, { text, added: Object.keys(restore), removed }), edited_since: false };
    }
    const edited = editTags(page.text, new Map(Object.entries(restore)), added, rules);
    return { edit: edited.text === page.text ? undefined : editOf(editId, page, edited), edited_since: true };
  }

  async close(): Promise<void> {
    this.agent.destroy();
    await this.#plainText.close();
  }

  async #changeOf(
    page: Exclude<NotRead, { gone: unknown }> | (ReadPage & { readonly hidden: readonly string[] }),
    rules: TagRules,
    signal: AbortSignal,
  ): Promise<Change> {
    const { pageId: page_id } = page;
    if ('reason' in page) return { type: 'unreadable', page_id, reason: page.reason };
    const text = await this.#plainText.of(page.text, signal);
    if (text === undefined) return { type: 'unreadable', page_id, reason: 'The page’s wikitext cannot be read.' };
    const hidden = new Set(page.hidden.map((title) => rules.titles.keyOf(rules.titles.categoryOf(title) ?? title)));
    const tags = readTags(page.text, rules).filter(({ by, key }) => by === 'template' || !hidden.has(key));
    const { title, revision } = page;
    return {
      type: 'page',
      revision,
      page: { page_id, title, text, published: true, tags: tags.map(({ tag }) => tag) },
    };
  }

  /** @throws {WikiFault} where this account cannot edit the page, or its authors do not want bots on it */
  async #editable(pageId: string, signal: AbortSignal) {
    const { account } = await this.#look(signal);
    const page = await readForEdit(this.#session, pageId, signal);
    if (page.locks.length > 0) throw faultOf(page.locks);
    const notice = keepsBotAway(page.text, account.name);
    if (notice !== undefined) throw new WikiFault('protected', `The page asks bots to keep away: ${notice}`);
    return page;
  }

  async #rules(signal: AbortSignal): Promise<TagRules> {
    const { titles, languages } = await this.#look(signal);
    const { write_as, template } = this.settings;
    return { titles, languages, template: write_as === 'template' ? template : undefined };
  }

  async #look(signal: AbortSignal): Promise<Site> {
    signal.throwIfAborted();
    this.#site ??= lookAtSite(this.#session, signal);
    try {
      return await this.#site;
    } catch (error) {
      this.#site = undefined;
      throw error;
    }
  }
}
