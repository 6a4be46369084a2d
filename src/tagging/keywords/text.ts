import { clean } from './clean.js';

/** Words of an unbroken stretch of text, in order: no punctuation, markup, code, address or line end between them. */
export type Run = readonly string[];

const WORD = /[\p{L}\p{M}\p{N}_$@]+(?:(?:[.'’&+/-](?=[\p{L}\p{N}]))[\p{L}\p{M}\p{N}_$]+)*(?:\+\+|#)?/gu;
const BREAK =
  /[\n\r.!?;:,()[\]{}|"“”«»„<>*=•·—–。！？；：，、（）「」『』…]+(?=\s|$|[^\p{L}\p{N}])|[\n\r|"“”«»„()[\]{}<>*=•·—。！？；：，、（）「」『』]+/gu;
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** Whether a word is written in a script that puts no spaces between words. */
export function isUnspaced(word: string): boolean {
  return UNSPACED.test(word);
}

const segmenters = new Map<string, Intl.Segmenter>();

function segmenterFor(text: string): Intl.Segmenter {
  const locale = /[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)
    ? 'ja'
    : /\p{Script=Thai}/u.test(text)
      ? 'th'
      : 'zh';
  const known = segmenters.get(locale) ?? new Intl.Segmenter(locale, { granularity: 'word' });
  segmenters.set(locale, known);
  return known;
}

/** Words of each unbroken run of text, in order. Punctuation ends a run, so that no phrase reaches over it. */
export function runsOf(text: string): Run[] {
  const left = clean(text);
  const cut = UNSPACED.test(left) ? segment : (piece: string) => piece.match(WORD);
  const runs: Run[] = [];
  for (const piece of left.split(BREAK)) {
    const words = piece ? cut(piece) : null;
    if (words !== null && words.length > 0) runs.push(words);
  }
  return runs;
}

function segment(piece: string): Run | null {
  if (!UNSPACED.test(piece)) return piece.match(WORD);
  const words: string[] = [];
  for (const part of segmenterFor(piece).segment(piece)) if (part.isWordLike) words.push(part.segment);
  return words;
}

/**
 * Whether people would use the word in a name: has letters, is no number or identifier from a program.
 * 'macOS', 'GitHub', 'C++', 'Node.js', 'x86' pass; 'foo_bar', 'getElementById', 'nsIFile', '3rd', 'v2' do not.
 */
export function isNameable(word: string): boolean {
  if (word.length > 30 || !/\p{L}/u.test(word) || /[_$@]/.test(word)) return false;
  if (/^\p{N}/u.test(word) || /^[vV]?\d|\d{3,}/.test(word) || /^v\d/i.test(word)) return false;
  if (/^\p{L}$/u.test(word) && !isUnspaced(word)) return false;
  if (/^(\p{Ll}{2,}|[^eijm\P{Ll}])\p{N}*\p{Lu}/u.test(word) && !/^\p{Ll}+(OS|DB|QL|JS|HTML)$/u.test(word)) return false;
  if (/\.(?!js$|io$|net$|ai$|py$)/i.test(word)) return false;
  return !/['’]/.test(word.replace(/['’]s$/u, ''));
}

/** The word without a possessive: "Simon's" says Simon. */
export function withoutPossessive(word: string): string {
  return word.replace(/['’]s$/u, '');
}
