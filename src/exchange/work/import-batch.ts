import type { WikiPage } from '../../connectors/contract.js';

/** What was read of a page: itself, or why it could not be. */
export type ReadPage =
  | { readonly page: WikiPage; readonly revision: string }
  | { readonly page_id: string; readonly reason: string };

const BATCH_PAGES = 256;
const BATCH_CHARACTERS = 4 * 2 ** 20;

/** Pages until there are enough of them to be stored: what bounds the memory, and what a killed import reads again. */
export class ImportBatch {
  private pages: ReadPage[] = [];
  private characters = 0;

  add(read: ReadPage): void {
    this.pages.push(read);
    if ('page' in read) this.characters += read.page.text.length;
  }

  get isFull(): boolean {
    return this.pages.length >= BATCH_PAGES || this.characters >= BATCH_CHARACTERS;
  }

  /** Gives them and starts over. */
  take(): readonly ReadPage[] {
    const taken = this.pages;
    this.pages = [];
    this.characters = 0;
    return taken;
  }
}
