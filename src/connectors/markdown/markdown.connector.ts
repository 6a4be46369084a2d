import { access, constants } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import { pause } from '../../common/retries.js';
import { storableText } from '../../common/storable-text.js';
import type { Change, Checked, Connector, PreparedEdit, PreparedUndo, TagWish } from '../contract.js';
import { WikiFault } from '../faults.js';
import { reversed, type Splice, spliceBetween, spliced } from '../splice.js';
import type { Surroundings } from '../surroundings.js';
import { Folder, revisionOf, SETTLED_MS } from './folder.js';
import { bareTag, readFrontMatter, readTags } from './front-matter.js';
import { readPage } from './page.js';
import { pageIds } from './page-ids.js';
import { UnwritableTags, withTags } from './tag-edits.js';

export const markdownSettings = z.strictObject({
  folder: storableText(1, 4000).meta({
    description: 'The folder of the Markdown files, as the service sees it; at or below one of CONNECTOR_FOLDERS.',
    example: '/srv/wikis/handbook',
  }),
});
export type MarkdownSettings = z.output<typeof markdownSettings>;

/** What an edit of a file needs to be made, to be recognised and to be taken back. */
interface Receipt {
  readonly path: string;
  readonly splice: Splice;
  /** The revision that it makes. */
  readonly after: string;
}

/** A folder of Markdown files: an Obsidian vault, a docs repository, a GitHub wiki. Tags are those of the front matter. */
export class MarkdownConnector implements Connector {
  readonly kind = 'markdown';
  private opened: Promise<Folder> | undefined;
  /** Paths by page_id, as last listed. */
  private paths: ReadonlyMap<string, string> = new Map();
  /** Folders that were closed to us then. */
  private closed: readonly string[] = [];

  constructor(
    private readonly settings: MarkdownSettings,
    private readonly around: Pick<Surroundings, 'folders'>,
  ) {}

  async check(signal: AbortSignal): Promise<Checked> {
    const files = await this.list(signal);
    const { root } = await this.folder(signal);
    const can_write = await access(root, constants.W_OK).then(
      () => true,
      () => false,
    );
    const problems = [
      ...(files.size === 0 ? ['There is no Markdown file (.md) in the folder or below it.'] : []),
      ...(can_write ? [] : ['The folder can be read but not written: give the service’s user the right to it.']),
    ];
    return { title: basename(root), pages: files.size, can_write, problems };
  }

  async *changes(known: ReadonlyMap<string, string>, signal: AbortSignal): AsyncGenerator<Change> {
    const files = await this.list(signal);
    yield { type: 'counted', pages: files.size };
    const folder = await this.folder(signal);
    const there = new Set<string>();
    for (const [path, page_id] of files) {
      signal.throwIfAborted();
      there.add(page_id);
      try {
        if (known.get(page_id) === revisionOf(await folder.read(path))) continue;
        const bytes = await folder.readSettled(path, signal);
        const revision = revisionOf(bytes);
        const source = decoded(bytes);
        // its tags are not gone, and nobody took them off: the page stays as it was read last
        if (known.has(page_id)) refuseBroken(source);
        yield { type: 'page', page: readPage(page_id, path, source), revision };
      } catch (error) {
        if (!(error instanceof WikiFault) || !error.concernsPage) throw error;
        yield { type: 'unreadable', page_id, reason: error.message };
      }
    }
    yield* this.goneOf(
      [...known.keys()].filter((page_id) => !there.has(page_id)),
      signal,
    );
  }

  /** Looks twice: who replaces a file may take the old one away first. */
  private async *goneOf(missed: readonly string[], signal: AbortSignal): AsyncGenerator<Change> {
    if (missed.length === 0) return;
    await pause(SETTLED_MS, signal);
    await this.list(signal);
    for (const page_id of missed)
      if (!this.paths.has(page_id))
        yield this.closed.some((folder) => page_id.startsWith(`${folder}/`))
          ? { type: 'unreadable', page_id, reason: 'The service’s user has no right to its folder.' }
          : { type: 'gone', page_id };
  }

  async prepare(wish: TagWish, signal: AbortSignal): Promise<PreparedEdit | undefined> {
    const path = this.paths.get(wish.page_id) ?? (await this.pathOf(wish.page_id, signal));
    const folder = await this.folder(signal);
    return this.edit(wish, path, await folder.readSettled(path, signal), folder);
  }

  async apply({ edit_id, base_revision, receipt }: PreparedEdit, signal: AbortSignal): Promise<string> {
    const { path, splice, after } = receipt as Receipt;
    const folder = await this.folder(signal);
    const before = await folder.read(path);
    if (revisionOf(before) !== base_revision) throw new WikiFault('conflict', 'The file has been changed meanwhile.');
    const bytes = Buffer.from(spliced(decoded(before), splice) ?? '');
    if (revisionOf(bytes) !== after) throw new Error(`the edit ${edit_id} would not make what it promises`);
    await folder.replace(path, base_revision, bytes, edit_id);
    return after;
  }

  async landed({ receipt }: PreparedEdit, signal: AbortSignal): Promise<string | undefined> {
    const { path, after } = receipt as Receipt;
    const bytes = await this.readIfThere(path, signal);
    return bytes !== undefined && revisionOf(bytes) === after ? after : undefined;
  }

  async prepareUndo(
    { page_id, base_revision, added, removed, receipt }: PreparedEdit,
    revision: string,
    editId: string,
    signal: AbortSignal,
  ): Promise<PreparedUndo> {
    const { path, splice } = receipt as Receipt;
    const bytes = await this.readIfThere(path, signal);
    if (bytes === undefined) return { edit: undefined, edited_since: true };
    const back = { edit_id: editId, page_id, add: removed, remove: added };
    if (revisionOf(bytes) !== revision)
      return { edit: this.edit(back, path, bytes, await this.folder(signal)), edited_since: true };
    const undo: Receipt = { path, splice: reversed(splice), after: base_revision };
    const edit = { edit_id: editId, page_id, base_revision: revision, added: removed, removed: added, receipt: undo };
    return { edit, edited_since: false };
  }

  async close(): Promise<void> {}

  /** @throws {WikiFault} refused */
  private edit(
    { edit_id, page_id, ...wish }: TagWish,
    path: string,
    bytes: Buffer,
    { isVault }: Folder,
  ): PreparedEdit | undefined {
    const source = decoded(bytes);
    const spelled = (tag: string) => bareTag(isVault ? tag.trim().replace(/\s+/g, '-') : tag) ?? [];
    const tags = readTags(readFrontMatter(source));
    const there = new Set(tags.map(sameTag));
    const added = [...new Map(wish.add.flatMap(spelled).map((tag) => [sameTag(tag), tag]))]
      .filter(([same]) => !there.has(same))
      .map(([, tag]) => tag);
    const removed = wish.remove.filter((tag) => tags.includes(tag));
    if (added.length === 0 && removed.length === 0) return undefined;
    const after = this.written(source, added, removed);
    const receipt: Receipt = { path, splice: spliceBetween(source, after), after: revisionOf(Buffer.from(after)) };
    return { edit_id, page_id, base_revision: revisionOf(bytes), added, removed, receipt };
  }

  private written(source: string, added: readonly string[], removed: readonly string[]): string {
    try {
      return withTags(source, added, removed);
    } catch (error) {
      if (!(error instanceof UnwritableTags)) throw error;
      throw new WikiFault('refused', `The tags of this file are left alone: ${error.message}.`);
    }
  }

  /** Lists the files anew: page_ids by path. */
  private async list(signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const { files, closed } = await (await this.folder(signal)).list(signal);
    const ids = pageIds(files);
    this.closed = closed;
    this.paths = new Map([...ids].map(([path, id]) => [id, path]));
    return ids;
  }

  private async pathOf(pageId: string, signal: AbortSignal): Promise<string> {
    await this.list(signal);
    const path = this.paths.get(pageId);
    if (path === undefined) throw new WikiFault('gone', 'There is no such file any more.');
    return path;
  }

  private async readIfThere(path: string, signal: AbortSignal): Promise<Buffer | undefined> {
    const folder = await this.folder(signal);
    return folder.read(path).catch((error: unknown) => {
      if (error instanceof WikiFault && error.kind === 'gone') return undefined;
      throw error;
    });
  }

  private folder(signal: AbortSignal): Promise<Folder> {
    signal.throwIfAborted();
    this.opened ??= Folder.open(this.settings.folder, this.around.folders);
    return this.opened;
  }
}

/** As Obsidian compares tags. */
const sameTag = (tag: string) => tag.normalize('NFC').toLowerCase();

/** @throws {WikiFault} where the front matter was begun as YAML and cannot be read */
function refuseBroken(source: string): void {
  const front = readFrontMatter(source);
  if (front.kind === 'other' && front.isBroken)
    throw new WikiFault('refused', `The page stays as it was: ${front.why}.`);
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decoded(bytes: Buffer): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    throw new WikiFault('refused', 'The file is not UTF-8: save it as UTF-8.');
  }
}
