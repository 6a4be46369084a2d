import type { ApiParams } from 'mwn';
import { WikiFault } from '../faults.js';
import type { Answer, Session } from './session.js';

/** Pages asked for at once where their text comes along: the API's limit for accounts that are no bots. */
const BATCH = 50;

/** A page as its latest revision has it. */
export interface ReadPage {
  readonly pageId: string;
  readonly title: string;
  readonly revision: string;
  readonly text: string;
}

/** Why there is no text to read: the page is not one of ours any more, or the wiki does not give it. */
export type NotRead = { readonly pageId: string } & (
  | { readonly gone: 'missing' | 'redirect' | 'elsewhere' }
  | { readonly reason: string }
);

/** Page id -> latest revision of all pages with wikitext in these namespaces. Redirects are no pages. */
export async function listRevisions(
  session: Session,
  namespaces: readonly number[],
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const gapnamespace of namespaces) {
    const all = { generator: 'allpages', gapnamespace, gapfilterredir: 'nonredirects', gaplimit: 'max', prop: 'info' };
    for await (const page of pagesOf(session, all, signal))
      if (isWikitext(page)) found.set(String(page.pageid), String(page.lastrevid));
  }
  return found;
}

/** Of these pages those that are still there: page id -> latest revision. */
export async function stillThere(
  session: Session,
  pageIds: readonly string[],
  namespaces: readonly number[],
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const pageids of batches(pageIds))
    for await (const page of pagesOf(session, { pageids, prop: 'info' }, signal))
      if (whyGone(page, namespaces) === undefined) found.set(String(page.pageid), String(page.lastrevid));
  return found;
}

/** Reads the text of pages, and the titles of those of their categories that readers do not see; a batch at a time. */
export async function* readPages(
  session: Session,
  pageIds: readonly string[],
  namespaces: readonly number[],
  signal: AbortSignal,
): AsyncGenerator<ReadonlyArray<NotRead | (ReadPage & { readonly hidden: readonly string[] })>> {
  for (const pageids of batches(pageIds)) {
    const params = {
      pageids,
      prop: 'info|revisions|categories',
      rvprop: 'ids|content',
      rvslots: 'main',
      clshow: 'hidden',
      cllimit: 'max',
    };
    // Where an answer would be too long, the rest of a page comes with a later one.
    const pages = new Map<string, Answer>();
    for await (const page of pagesOf(session, params, signal)) {
      const id = String(page.pageid);
      const { categories = [], ...before } = pages.get(id) ?? {};
      pages.set(id, { ...before, ...page, categories: [...categories, ...(page.categories ?? [])] });
    }
    yield [...pages.values()].map((page) => {
      const read = readPage(page, namespaces);
      return 'text' in read ? { ...read, hidden: page.categories.map(({ title }: Answer) => title) } : read;
    });
  }
}

/**
 * Reads one page as it is now.
 * @returns also why this account may not edit it, and the wiki's time, which an edit begins with
 * @throws {WikiFault} `gone`, or `refused` where it has no text to give
 */
export async function readForEdit(
  session: Session,
  pageId: string,
  signal: AbortSignal,
): Promise<ReadPage & { readonly locks: readonly Answer[]; readonly readAt: string }> {
  const answer = await session.call(
    {
      action: 'query',
      pageids: pageId,
      prop: 'info|revisions',
      intestactions: 'edit',
      intestactionsdetail: 'full',
      rvprop: 'ids|content',
      rvslots: 'main',
      curtimestamp: true,
    },
    signal,
  );
  const page = answer.query?.pages?.[0] ?? { pageid: pageId, missing: true };
  const read = readPage(page);
  if ('reason' in read) throw new WikiFault('refused', read.reason);
  if ('gone' in read) throw new WikiFault('gone', GONE[read.gone]);
  return { ...read, locks: page.actions?.edit ?? [], readAt: answer.curtimestamp };
}

const GONE = {
  missing: 'The page is no longer there.',
  redirect: 'The page is a redirect now.',
  elsewhere: 'The page is no longer one of wikitext.',
};

function readPage(page: Answer, namespaces?: readonly number[]): ReadPage | NotRead {
  const pageId = String(page.pageid);
  const gone = whyGone(page, namespaces);
  if (gone !== undefined) return { pageId, gone };
  const revision = page.revisions?.[0];
  const content = revision?.slots?.main?.content;
  if (typeof content !== 'string') return { pageId, reason: 'The wiki gave no text for the page.' };
  return { pageId, title: page.title, revision: String(revision.revid), text: content };
}

function whyGone(page: Answer, namespaces?: readonly number[]): 'missing' | 'redirect' | 'elsewhere' | undefined {
  if (page.missing || page.invalid) return 'missing';
  if (page.redirect) return 'redirect';
  return isWikitext(page) && (namespaces?.includes(page.ns) ?? true) ? undefined : 'elsewhere';
}

const isWikitext = ({ contentmodel }: Answer) => contentmodel === 'wikitext';

/** All pages that a query gives, over as many requests as it takes; a page may come in several parts. */
async function* pagesOf(session: Session, query: ApiParams, signal: AbortSignal): AsyncGenerator<Answer> {
  for (let more: ApiParams | undefined = {}; more !== undefined; ) {
    const answer: Answer = await session.call({ action: 'query', ...query, ...more }, signal);
    yield* answer.query?.pages ?? [];
    more = answer.continue;
  }
}

function* batches(pageIds: readonly string[]): Generator<string[]> {
  for (let at = 0; at < pageIds.length; at += BATCH) yield pageIds.slice(at, at + BATCH);
}
