import { foldedWords } from '../vocabulary/fold.js';
import { type PromptPage } from './prompt.js';

/** Enough to find a second page for any tag that a group deserves, and quick for a group of 10,000. */
const MAX_PAGES = 200;
const MAX_TEXT = 10_000;

/** What the pages of a group say for a tag. */
export class Evidence {
  #contents: readonly string[] | null = null;

  /** @param pages those that the model read first: only they can have told it anything */
  constructor(private readonly pages: readonly PromptPage[]) {}

  /**
   * Whether exactly one of several pages holds the words of a tag. A word that no page holds is the model's own; one
   * that two pages hold belongs to the group; one that a single page brings is too narrow for the group at best, and at
   * worst what that page told the model to answer. Groups of one or two pages have nothing to compare: false.
   *
   * Words are compared by their beginning and without a word boundary: when in doubt, there is support.
   */
  isOnePagesWord(tag: string): boolean {
    if (this.pages.length < 3) return false;
    this.#contents ??= this.pages.slice(0, MAX_PAGES).map(comparable);
    const stems = foldedWords(tag).map((word) => (word.length > 4 ? word.slice(0, -1) : word));
    let holders = 0;
    for (const content of this.#contents) {
      if (stems.every((stem) => content.includes(stem)) && ++holders === 2) return false;
    }
    return holders === 1;
  }
}

function comparable({ title, text }: PromptPage): string {
  return `${title}\n${text.slice(0, MAX_TEXT)}`.normalize('NFKC').toLowerCase();
}
