import { foldedWords } from '../../common/fold.js';
import { isUnspaced } from '../keywords/text.js';
import { plain } from './readings.js';

/** Scripts whose words stand apart and change at their end; in all others a word is looked for anywhere. */
const INFLECTED = /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{M}\p{N}]/u;
const LETTER = /[\p{L}\p{N}\p{M}]/u;
/** Endings of one word that do not make it another, in the languages that write the most wikis. */
const ENDING =
  /^(?:e|s|es|ed|er|ers|ing|ings|y|ies|n|en|em|ern|a|o|as|os|i|и|ы|а|я|у|ю|е|о|й|ой|ей|ом|ем|ов|ам|ах|ые|ый|ая|ое)?$/u;
const STRIPPED = /(?:ings?|ers?|ed|es?|s|y|[иыаяуюеойь])$/u;

/**
 * The words of a tag that must be found, in folded form: all but stop words, unless it has no others ('opening', 'home').
 * A name with a full stop inside ('fly.io') is one word, and must be found as that.
 */
export function contentWords(tag: string, stopWords: ReadonlySet<string>): readonly string[] {
  const words = tag
    .split(' ')
    .flatMap((word) => (/\p{L}\.\p{L}/u.test(word) ? [plain(word)] : foldedWords(plain(word))));
  const content = words.filter((word) => word !== '' && !stopWords.has(word));
  return content.length > 0 ? content : words.filter((word) => word !== '');
}

/** Asks one page whether a text of it passes a test. */
export type Holder = (isHeld: (text: string) => boolean) => boolean;

/**
 * How many of the pages hold a word, at most `enough`. Words are compared by their stems and from their beginning, so that
 * 'class' does not speak for 'ass'. A word of a script without spaces may be made of pieces of two characters or more that
 * stand apart: the rarest piece of the best cut counts.
 * @param word in folded form, as the texts are
 */
export function countHolders(word: string, pages: readonly Holder[], enough: number): number {
  if (!isUnspaced(word)) return countPiece(word, pages, enough);
  const signs = [...word];
  // best[i]: holders of the rarest piece in the best cut of the first i characters
  const best = [enough, ...signs.map(() => 0)];
  for (let end = 1; end <= signs.length; end++) {
    for (let start = 0; start < end; start++) {
      if (end - start < Math.min(2, signs.length) || best[start] <= best[end]) continue;
      const piece = signs.slice(start, end).join('');
      best[end] = Math.max(best[end], Math.min(best[start], countPiece(piece, pages, enough)));
    }
  }
  return best[signs.length];
}

function countPiece(piece: string, pages: readonly Holder[], enough: number): number {
  const isHeld = holderTest(piece);
  let holders = 0;
  for (const holds of pages) if (holds(isHeld) && ++holders >= enough) break;
  return holders;
}

function holderTest(word: string): (text: string) => boolean {
  if (!INFLECTED.test(word)) return (text) => text.includes(word);
  const stem = stemOf(word);
  return (text) => {
    for (let at = text.indexOf(stem); at >= 0; at = text.indexOf(stem, at + 1)) {
      if (at > 0 && LETTER.test(text[at - 1])) continue;
      let end = at + stem.length;
      while (end < text.length && LETTER.test(text[end])) end++;
      if (isSameWord(word, stem, text.slice(at + stem.length, end))) return true;
    }
    return false;
  };
}

/** @param rest what the text has behind the stem, to the end of the word */
function isSameWord(word: string, stem: string, rest: string): boolean {
  if (stem + rest === word) return true;
  if (stem.length >= 6) return true; // also the compounds of German, Dutch, Swedish
  if (stem.length === 5) return rest.length <= 4;
  return stem.length >= 3 && ENDING.test(rest);
}

function stemOf(word: string): string {
  if (!/^\p{L}+$/u.test(word)) return word;
  const stem = word.replace(STRIPPED, '');
  return stem.length >= 3 ? stem : word;
}
