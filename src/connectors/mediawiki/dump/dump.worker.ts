import { openDump } from './open.js';
import { type DumpHead, type DumpPage, readDump } from './read.js';

/** What is asked of a dump: of which pages, and with their text or without. */
export interface DumpQuestion {
  readonly file: string;
  readonly namespaces: readonly number[];
  /** Absent: all pages, without their text. */
  readonly wanted?: ReadonlySet<string>;
}

export type DumpPart = Omit<DumpPage, 'text'> & { readonly text?: string };
export interface DumpBatch {
  readonly head: DumpHead | undefined;
  readonly pages: readonly DumpPart[];
}

/** Characters of text, and pages, after which a batch goes out. */
const BATCH_CHARS = 2 ** 20;
const BATCH_PAGES = 5000;

let reading: AsyncGenerator<DumpBatch> | undefined;

/** Begins to read a dump; `next` gives it. One at a time in each thread. */
export function open(question: DumpQuestion): void {
  reading = batches(question);
}

/** @returns undefined at the end @throws {Error} where the file cannot be read */
export async function next(): Promise<DumpBatch | undefined> {
  if (reading === undefined) throw new Error('no dump is open');
  return (await reading.next()).value;
}

async function* batches({ file, namespaces, wanted }: DumpQuestion): AsyncGenerator<DumpBatch, undefined> {
  let head: DumpHead | undefined;
  let pages: DumpPart[] = [];
  let chars = 0;
  for await (const part of readDump(openDump(file))) {
    if ('namespaces' in part) {
      head = part;
      continue;
    }
    const { text, ...page } = part;
    if (!namespaces.includes(page.namespace) || wanted?.has(page.pageId) === false) continue;
    pages.push(wanted === undefined ? page : part);
    chars += wanted === undefined ? 0 : (text?.length ?? 0);
    if (chars < BATCH_CHARS && pages.length < BATCH_PAGES) continue;
    yield { head, pages };
    pages = [];
    chars = 0;
  }
  yield { head, pages };
  return undefined;
}
