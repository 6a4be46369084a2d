import { foldedWords } from '../vocabulary/fold.js';
import { type PromptPage } from './prompt.js';

/**
 * Whether exactly one of several pages holds the words of a tag. A word that no page holds is the model's own; one that
 * two pages hold belongs to the group; one that a single page brings is too narrow for the group at best, and at worst
 * what that page told the model to answer. Groups of one or two pages have nothing to compare: false.
 *
 * Words are compared by their beginning, without a word boundary: cheap enough for groups of thousands of pages, and
 * when in doubt it finds support.
 */
export function isOnePagesWord(tag: string, pages: readonly PromptPage[]): boolean {
  if (pages.length < 3) return false;
  const stems = foldedWords(tag).map((word) => (word.length > 4 ? word.slice(0, -1) : word));
  let holders = 0;
  for (const { title, text } of pages) {
    const content = `${title}\n${text}`.normalize('NFKC').toLowerCase();
    if (stems.every((stem) => content.includes(stem)) && ++holders === 2) return false;
  }
  return holders === 1;
}
