/** Letters of scripts that are written without spaces between words: those runs go through a dictionary. */
const UNSPACED = String.raw`\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}`;
const UNSPACED_RUN = new RegExp(`[${UNSPACED}\\p{M}ー]+`, 'gu');
const HAS_UNSPACED = new RegExp(`[${UNSPACED}]`, 'u');
const WORD = /[\p{L}\p{M}\p{N}_]+/gu;
const ASCII_WORD = /\w+/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is all of ASCII
const ASCII = /^[\u0000-\u007f]*$/;
const HANGUL = /^\p{sc=Hangul}+$/u;
/** XMLHttpRequest2 -> XML, Http, Request, 2; snake_case -> snake, case. */
const IDENTIFIER_PART = /\p{Lu}+(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{M}]+|[\p{Lo}\p{Lm}]+|\p{N}+/gu;
const MIXED = /_|\p{Ll}\p{Lu}|\p{Lu}\p{Lu}\p{Ll}|\p{L}\p{N}|\p{N}\p{L}/u;

const segmenter = new Intl.Segmenter('und', { granularity: 'word' });

/**
 * The words of a text as they stand in it, in order; case and form are still to be folded by `termsOf`. Scripts without
 * spaces (Chinese, Japanese, Thai, …) are cut by ICU's dictionaries, all others at whatever is no letter and no digit.
 */
export function wordsOf(text: string): string[] {
  if (ASCII.test(text)) return text.match(ASCII_WORD) ?? [];
  const normal = text.normalize('NFKC');
  if (!HAS_UNSPACED.test(normal)) return normal.match(WORD) ?? [];
  const words: string[] = [];
  const spaced = normal.replace(UNSPACED_RUN, (run) => {
    for (const part of segmenter.segment(run)) if (part.isWordLike) words.push(part.segment);
    return ' ';
  });
  return words.concat(spaced.match(WORD) ?? []);
}

/**
 * The index terms of one word: its lower-case stem; for identifiers such as `XMLHttpRequest` their parts too; for Korean,
 * whose particles stick to the noun, its pairs of syllables. A single letter or digit is no term; a single ideograph is.
 */
export function termsOf(word: string): string[] {
  if (HANGUL.test(word) && word.length > 2)
    return Array.from({ length: word.length - 1 }, (_, i) => word.slice(i, i + 2));
  const terms = [word, ...(MIXED.test(word) ? (word.match(IDENTIFIER_PART) ?? []) : [])].map((part) =>
    stem(part.toLowerCase()),
  );
  return [...new Set(terms)].filter((term) => term.length > 1 || HAS_UNSPACED.test(term));
}

/**
 * Folds the regular plural (Harman's S stemmer, 1991), which English shares with its neighbours. Stronger stemmers were
 * measured and gained nothing.
 */
function stem(term: string): string {
  if (term.length < 5 || !term.endsWith('s') || /(ss|us|is)$/.test(term)) return term;
  if (term.endsWith('ies')) return `${term.slice(0, -3)}y`;
  return term.slice(0, -1);
}
