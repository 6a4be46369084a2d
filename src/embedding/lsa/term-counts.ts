import { type EmbeddingInput } from '../types.js';
import { termsOf, wordsOf } from './tokenizer.js';

/** How often each term stands on each page: entries rowStart[i] … rowStart[i + 1] are page i's. Terms are numbered. */
export interface TermCounts {
  readonly rowStart: Uint32Array;
  readonly terms: Uint32Array;
  readonly counts: Uint32Array;
  /** Of each term: the number of pages it stands on. */
  readonly pagesWith: readonly number[];
}

/** Counts the terms of all pages, titles `titleWeight` times. Terms are numbered in the order of first appearance. */
export function countTerms(
  pages: readonly EmbeddingInput[],
  { titleWeight, maxChars }: { readonly titleWeight: number; readonly maxChars: number },
): TermCounts {
  const numberOf = new Map<string, number>();
  const pagesWith: number[] = [];
  const onPage: number[] = []; // of each term: where in `terms` it was put last
  // Few distinct words make up a wiki: folding each once instead of at every use is most of the speed.
  const numbersOfWord = new Map<string, readonly number[]>();
  const numbers = (word: string): readonly number[] => {
    const known = numbersOfWord.get(word);
    if (known !== undefined) return known;
    const fresh = termsOf(word).map((term) => {
      let number = numberOf.get(term);
      if (number === undefined) {
        number = pagesWith.push(0) - 1;
        onPage.push(-1);
        numberOf.set(term, number);
      }
      return number;
    });
    numbersOfWord.set(word, fresh);
    return fresh;
  };

  const rowStart = new Uint32Array(pages.length + 1);
  const terms: number[] = [];
  const counts: number[] = [];
  const count = (text: string, times: number, start: number) => {
    for (const word of wordsOf(text))
      for (const number of numbers(word)) {
        const at = onPage[number];
        if (at >= start) counts[at] += times;
        else {
          onPage[number] = terms.push(number) - 1;
          counts.push(times);
          pagesWith[number]++;
        }
      }
  };
  pages.forEach(({ title, text }, i) => {
    count(title, titleWeight, rowStart[i]);
    count(text.slice(0, maxChars), 1, rowStart[i]);
    rowStart[i + 1] = terms.length;
  });
  return { rowStart, terms: Uint32Array.from(terms), counts: Uint32Array.from(counts), pagesWith };
}
