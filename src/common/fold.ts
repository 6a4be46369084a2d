/**
 * The key under which two spellings of a tag are the same tag: case, punctuation, spacing and plural do not count.
 *
 * 'GitHub Actions' = 'github-action', 'Libraries' = 'library', 'Cafés' = 'café'. A sign that is part of a name stays:
 * 'C++', 'C#' and 'C' differ. The key is for comparing only, never for showing. Folding twice changes nothing but
 * plurals of plurals, so keys are compared with keys and never folded again.
 */
export function fold(name: string): string {
  if (/^[A-Za-z]+$/.test(name)) return foldWord(name.toLowerCase()); // most names, and nothing below would change them
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/(?<=\p{L})(\+\+|#)(?![\p{L}\p{N}])|[^\p{L}\p{N}\p{M}]+/gu, (_, sign?: string) => sign ?? ' ')
    .trim()
    .split(' ')
    .map(foldWord)
    .join(' ');
}

/** A crude, language-blind singular: enough to make 'boxes' and 'box', 'queries' and 'query' one key. */
function foldWord(word: string): string {
  if (!/[se]$/.test(word)) return word;
  const stem = word.replace(/([\p{L}\p{N}]{3,})s$/u, '$1');
  if (stem.length < 4) return stem;
  return stem
    .replace(/ie$/, 'y')
    .replace(/(s|x|z|ch|sh)e$/, '$1')
    .replace(/ss$/, 's');
}

/** The folded words of a tag, to ask whether one tag repeats the words of another. */
export function foldedWords(name: string): readonly string[] {
  const key = fold(name);
  return key === '' ? [] : key.split(' ');
}

/** The key of a tag as it is stored: names that fold to nothing, such as '!!!', are their own. */
export const tagKey = (name: string): string => fold(name) || name;
