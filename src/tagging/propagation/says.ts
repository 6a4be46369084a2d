import { isUnspaced } from '../keywords/text.js';
import { fold } from '../vocabulary/fold.js';

/** What is read of a page: a longer one has said what it is about by then. */
const MAX_CHARACTERS = 20_000;
const patterns = new Map<string, RegExp>();
const MOST_PATTERNS = 10_000;

/** Whether a page says a tag in its title or text, in any case and number, with any punctuation between the words. */
export function says(page: { readonly title: string; readonly text: string }, tag: string): boolean {
  const pattern = patternOf(tag);
  return pattern.test(page.title) || pattern.test(page.text.slice(0, MAX_CHARACTERS));
}

function patternOf(tag: string): RegExp {
  const known = patterns.get(tag);
  if (known) return known;
  const words = fold(tag).split(' ').map(anyNumber).join('[^\\p{L}\\p{N}]{1,3}');
  const pattern = new RegExp(isUnspaced(tag) ? words : `(?<![\\p{L}\\p{N}])${words}(?![\\p{L}\\p{N}])`, 'iu');
  if (patterns.size >= MOST_PATTERNS) patterns.clear();
  patterns.set(tag, pattern);
  return pattern;
}

/** A folded word in its singular and its plurals. */
function anyNumber(word: string): string {
  const escaped = word.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  return word.endsWith('y') ? `${escaped.slice(0, -1)}(?:y|ys|ie|ies)` : `${escaped}(?:s|e|es|ses)?`;
}
