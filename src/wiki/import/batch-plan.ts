import type { UploadedPage } from './page-reader.js';
import type { GivenVector } from './vector.js';

/** What is stored of a page, as far as an upload has to compare. */
export interface StoredPage {
  readonly contentHash: Buffer;
  readonly vector: StoredVector | null;
}

interface StoredVector {
  readonly hash: Buffer;
  /** Hash of the text that the vector was made from. */
  readonly textHash: Buffer;
}

/** What to write for one page. */
export interface PageWrite {
  readonly page: UploadedPage;
  /** A vector to store, null to delete a stored one, or 'keep'. */
  readonly vector: GivenVector | null | 'keep';
}

export interface BatchPlan {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  /** One write a page, whatever the times it came. */
  readonly writes: readonly PageWrite[];
}

/**
 * Plays a batch through in order against what is stored, so that a page which comes twice is counted twice and the last
 * one wins. A page without a vector keeps its stored one as long as its text is the one that the vector was made from.
 */
export function planBatch(stored: ReadonlyMap<string, StoredPage>, pages: readonly UploadedPage[]): BatchPlan {
  const states = new Map(stored);
  const writes = new Map<string, PageWrite>();
  const counts = { created: 0, updated: 0, unchanged: 0 };
  for (const page of pages) {
    const before = states.get(page.pageId);
    const vector = vectorAfter(before, page);
    if (before === undefined) counts.created++;
    else if (before.contentHash.equals(page.contentHash) && sameVector(before.vector, vector)) {
      counts.unchanged++;
      continue;
    } else counts.updated++;
    states.set(page.pageId, { contentHash: page.contentHash, vector });
    const waiting = writes.get(page.pageId)?.vector ?? 'keep';
    const kept = vector === null ? null : waiting;
    writes.set(page.pageId, { page, vector: page.vector ?? kept });
  }
  return { ...counts, writes: [...writes.values()] };
}

function vectorAfter(before: StoredPage | undefined, page: UploadedPage): StoredVector | null {
  if (page.vector !== null) return { hash: page.vector.hash, textHash: page.textHash };
  return before?.vector?.textHash.equals(page.textHash) ? before.vector : null;
}

function sameVector(a: StoredVector | null, b: StoredVector | null): boolean {
  return a === b || (a !== null && b !== null && a.hash.equals(b.hash));
}
