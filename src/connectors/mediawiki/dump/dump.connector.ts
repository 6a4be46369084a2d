import { basename, dirname, join } from 'node:path';
import { WorkerPool } from '../../../common/worker-pool.js';
import { allowedFolder } from '../../allowed-folder.js';
import type { Change, Checked, Connector } from '../../contract.js';
import { WikiFault } from '../../faults.js';
import type { Surroundings } from '../../surroundings.js';
import { PlainText } from '../plain-text.js';
import type { DumpSettings } from '../settings.js';
import { Titles } from '../title.js';
import { readTags, type TagRules } from '../wikitext/page-tags.js';
import type { DumpBatch, DumpPart, DumpQuestion } from './dump.worker.js';

const READ_ONLY = 'A dump can only be read. Connect the wiki by its api_url to write tags to it.';
const WORKER = new URL('./dump.worker.js', import.meta.url);

/** A dump of a MediaWiki. It is read from end to end in a thread: unpacking a big one takes minutes. Nothing is written. */
export class DumpConnector implements Connector {
  readonly kind = 'mediawiki';
  readonly #plainText = new PlainText();

  constructor(
    private readonly settings: DumpSettings,
    private readonly around: Pick<Surroundings, 'folders'>,
  ) {}

  async check(signal: AbortSignal): Promise<Checked> {
    for await (const { head } of this.#batches({}, signal))
      return {
        title: head?.siteName || basename(this.settings.dump_file),
        pages: null,
        can_write: false,
        problems: [READ_ONLY],
      };
    throw new WikiFault('misconfigured', 'The dump is empty.');
  }

  async *changes(known: ReadonlyMap<string, string>, signal: AbortSignal): AsyncGenerator<Change> {
    const listed = new Map<string, string>();
    for await (const { pages } of this.#batches({}, signal))
      for (const { pageId, revision } of pages) listed.set(pageId, revision);
    yield { type: 'counted', pages: listed.size };
    for (const page_id of known.keys()) if (!listed.has(page_id)) yield { type: 'gone', page_id };
    const wanted = new Set([...listed].filter(([id, revision]) => known.get(id) !== revision).map(([id]) => id));
    if (wanted.size === 0) return;
    for await (const { head, pages } of this.#batches({ wanted }, signal)) {
      const rules = { titles: new Titles(head?.namespaces ?? []), languages: new Set<string>() };
      for (const page of pages) yield await this.#changeOf(page, rules, signal);
    }
  }

  prepare(): Promise<never> {
    return this.#readOnly();
  }

  apply(): Promise<never> {
    return this.#readOnly();
  }

  landed(): Promise<never> {
    return this.#readOnly();
  }

  prepareUndo(): Promise<never> {
    return this.#readOnly();
  }

  async close(): Promise<void> {
    await this.#plainText.close();
  }

  async #changeOf(
    { pageId: page_id, title, revision, text }: DumpPart,
    rules: TagRules,
    signal: AbortSignal,
  ): Promise<Change> {
    if (text === undefined)
      return { type: 'unreadable', page_id, reason: 'The dump has no text for the page, or one of more than 8 MB.' };
    const plain = await this.#plainText.of(text, signal);
    if (plain === undefined) return { type: 'unreadable', page_id, reason: 'The page’s wikitext cannot be read.' };
    const tags = readTags(text, rules).map(({ tag }) => tag);
    return { type: 'page', revision, page: { page_id, title, text: plain, published: true, tags } };
  }

  async *#batches(question: Pick<DumpQuestion, 'wanted'>, signal: AbortSignal): AsyncGenerator<DumpBatch> {
    signal.throwIfAborted();
    const { dump_file, namespaces } = this.settings;
    const folder = await allowedFolder(dirname(dump_file), this.around.folders);
    // One thread for the whole way: it keeps the place in the file.
    const thread = new WorkerPool(WORKER, { minThreads: 1, maxThreads: 1 });
    try {
      await thread.run({ ...question, file: join(folder, basename(dump_file)), namespaces }, { name: 'open', signal });
      for (;;) {
        const batch = await thread.run<DumpBatch | undefined>(undefined, { name: 'next', signal });
        if (batch === undefined) return;
        yield batch;
      }
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof WikiFault) throw error;
      throw new WikiFault('misconfigured', `The dump cannot be read: ${(error as Error).message}.`);
    } finally {
      await thread.close();
    }
  }

  #readOnly(): Promise<never> {
    return Promise.reject(new WikiFault('misconfigured', READ_ONLY));
  }
}
