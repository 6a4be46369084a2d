import { fold } from '../../common/fold.js';
import { isUnspaced } from '../keywords/text.js';

/** What is read of a page: a longer one has said what it is about by then. */
const MAX_CHARACTERS = 20_000;

/** How a tag may stand in a text in lower case. */
interface Spelling {
  /** What every way of writing it has: a fast look before the pattern. */
  readonly stem: string;
  readonly pattern: RegExp;
}

const spellings = new Map<string, Spelling>();
const MOST_REMEMBERED = 10_000;

/** A test whether a page says a tag in its title or text: in any case and number, with any punctuation between the words. */
export function saidBy({ title, text }: { readonly title: string; readonly text: string }): (tag: string) => boolean {
  const lower = `${title}\n${text.slice(0, MAX_CHARACTERS)}`.toLowerCase();
  return (tag) => {
    const { stem, pattern } = spellingOf(tag);
    return lower.includes(stem) && pattern.test(lower);
  };
}

function spellingOf(tag: string): Spelling {
  const known = spellings.get(tag);
  if (known) return known;
  const words = fold(tag).split(' ');
  const text = words.map(anyNumber).join('[^\\p{L}\\p{N}]{1,3}');
  const pattern = new RegExp(isUnspaced(tag) ? text : `(?<![\\p{L}\\p{N}])${text}(?![\\p{L}\\p{N}])`, 'u');
  const spelling = { stem: withoutY(words[0]), pattern };
  if (spellings.size >= MOST_REMEMBERED) spellings.clear();
  spellings.set(tag, spelling);
  return spelling;
}

/** A folded word in its singular and its plurals. */
function anyNumber(word: string): string {
  const stem = withoutY(word).replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  return stem + (word.endsWith('y') ? '(?:y|ys|ie|ies)' : '(?:s|e|es|ses)?');
}

function withoutY(word: string): string {
  return word.endsWith('y') ? word.slice(0, -1) : word;
}
