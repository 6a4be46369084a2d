import { detectLanguage, stopWordsOf } from '../keywords/language.js';
import type { UntrustedPage } from './page.js';
import { contentWords, countHolders } from './words.js';

/**
 * What the pages of a group say for a tag. `supported`: each of its words stands on enough of them. `foreign`: it has a
 * word that no page holds, plainly or in disguise, and all others are supported; the model's own, where no page told it
 * so. `doubtful`: some word stands on too few pages, as what one of them told the model to answer would.
 */
export type Support = 'supported' | 'foreign' | 'doubtful';

/** Enough to judge any group by; spread over all of it where there are more. */
const MAX_PAGES = 100;
const MIN_HOLDERS = 2;
/** Whoever has less than this share of a group's pages cannot bring in a word. */
const MIN_SHARE = 0.1;
/** A text without its spaces holds short words by chance. */
const MIN_HIDDEN_LETTERS = 6;

/** Holds tags against the words of one group's pages. */
export class GroupSupport {
  readonly #pages: readonly UntrustedPage[];
  readonly #needed: number;
  #stopWords?: ReadonlySet<string>;

  /**
   * @param quoted the pages that the model read
   * @param others all other pages of the group
   */
  constructor(
    private readonly quoted: readonly UntrustedPage[],
    others: readonly UntrustedPage[],
  ) {
    this.#pages = [...quoted, ...spread(others, MAX_PAGES - quoted.length)];
    const share = Math.ceil(MIN_SHARE * this.#pages.length);
    this.#needed = this.#pages.length < 3 ? 1 : Math.max(MIN_HOLDERS, share);
  }

  of(tag: string): Support {
    this.#stopWords ??= stopWordsOf(detectLanguage(this.#pages.flatMap((page) => page.firstWords()).slice(0, 2000)));
    const words = contentWords(tag, this.#stopWords);
    if (words.length === 0) return 'doubtful';
    const missing = words.filter((word) => !this.#isSupported(word));
    if (missing.length === 0) return 'supported';
    return missing.every((word) => this.#isForeign(word)) ? 'foreign' : 'doubtful';
  }

  #isSupported(word: string): boolean {
    const pages = this.#pages.map((page) => page.holdsSoberly);
    return countHolders(word, pages, this.#needed) >= this.#needed;
  }

  #isForeign(word: string): boolean {
    const pages = this.#pages.map((page) => page.holds);
    return !word.includes('.') && countHolders(word, pages, 1) === 0 && !this.quoted.some((page) => hides(page, word));
  }
}

function hides({ readings }: UntrustedPage, word: string): boolean {
  const isLong = word.length >= MIN_HIDDEN_LETTERS;
  return readings.some((reading) =>
    isLong ? lettersOf(reading).includes(lettersOf(word)) : countHolders(word, [(isHeld) => isHeld(reading)], 1) > 0,
  );
}

const lettersOf = (text: string) => text.replace(/[^\p{L}\p{N}]/gu, '');

/** At most `count` of a list, at even distances. */
function spread<T>(list: readonly T[], count: number): readonly T[] {
  if (list.length <= count) return list;
  return Array.from({ length: count }, (_, i) => list[Math.floor((i * list.length) / count)]);
}
