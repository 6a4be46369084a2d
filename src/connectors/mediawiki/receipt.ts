import { createHash } from 'node:crypto';
import type { PreparedEdit } from '../contract.js';
import { type Splice, spliceBetween } from '../splice.js';
import type { ReadPage } from './pages.js';
import type { PageTag } from './wikitext/page-tags.js';

/** What is kept of an edit. */
export interface Receipt {
  readonly splice: Splice;
  /** Names the text that the edit makes. */
  readonly after: string;
  /** Tags that were taken away, with the wikitext that puts each back as it was, sort key and all; null: as the rules say. */
  readonly restore: Readonly<Record<string, string | null>>;
}

interface Change {
  readonly text: string;
  readonly added: readonly string[];
  readonly removed: ReadonlyArray<Pick<PageTag, 'tag' | 'written' | 'by'>>;
}

/** Names a text. */
export const digestOf = (text: string) => createHash('sha256').update(text).digest('hex');

/** The edit that gives the page another text. */
export function editOf(edit_id: string, page: ReadPage, { text, added, removed }: Change): PreparedEdit {
  const receipt: Receipt = {
    splice: spliceBetween(page.text, text),
    after: digestOf(text),
    restore: Object.fromEntries(removed.map(({ tag, written, by }) => [tag, by === 'category' ? written : null])),
  };
  return {
    edit_id,
    page_id: page.pageId,
    base_revision: page.revision,
    added,
    removed: Object.keys(receipt.restore),
    receipt,
  };
}
