import { type SparseMatrix } from '../../compute/lsa.js';
import { type EmbeddingInput } from '../types.js';
import { termsOf, wordsOf } from './tokenizer.js';

export interface TfidfOptions {
  /** How often a title counts, as if it stood in the text that many times. */
  readonly titleWeight: number;
  /** Terms on fewer pages are left out, but where a page would have no term then. */
  readonly minDf: number;
  /** Terms on a larger share of the pages are left out, but where a page would have no term then. */
  readonly maxDf: number;
  /** Only so many characters of a text are read. */
  readonly maxChars: number;
}

/** Counted terms of all pages, rows in the order of the pages, columns in the order of first appearance. */
interface Counts {
  readonly rowStart: number[];
  readonly columns: number[];
  readonly counts: number[];
  readonly documentFrequency: number[];
}

/**
 * Pages as rows of unit length over terms: (1 + ln tf) ln((1 + n) / df). That inverse document frequency, unlike the
 * smoothed one of scikit-learn, lets a word of every page weigh next to nothing in a wiki of any size.
 */
export function tfidf(pages: readonly EmbeddingInput[], options: TfidfOptions): SparseMatrix {
  const { rowStart, columns, counts, documentFrequency } = countTerms(pages, options);
  const rows = pages.length;
  const kept = documentFrequency.map(
    (df) => df >= options.minDf && df <= Math.max(options.maxDf * rows, options.minDf),
  );
  const renumbered = new Map<number, number>();
  const indices: number[] = [];
  const values: number[] = [];
  const starts = new Uint32Array(rows + 1);
  for (let row = 0; row < rows; row++) {
    const all: [column: number, count: number][] = [];
    for (let e = rowStart[row]; e < rowStart[row + 1]; e++) all.push([columns[e], counts[e]]);
    const common = all.filter(([column]) => kept[column]);
    let squares = 0;
    const first = values.length;
    for (const [column, count] of common.length > 0 ? common : all) {
      const value = (1 + Math.log(count)) * (1 + Math.log((1 + rows) / (1 + documentFrequency[column])));
      if (!renumbered.has(column)) renumbered.set(column, renumbered.size);
      indices.push(renumbered.get(column)!);
      values.push(value);
      squares += value * value;
    }
    for (let e = first; e < values.length; e++) values[e] /= Math.sqrt(squares);
    starts[row + 1] = values.length;
  }
  return {
    rows,
    cols: renumbered.size,
    rowStart: starts,
    indices: Uint32Array.from(indices),
    values: Float32Array.from(values),
  };
}

function countTerms(pages: readonly EmbeddingInput[], { titleWeight, maxChars }: TfidfOptions): Counts {
  const termIds = new Map<string, number>();
  const idsOfWord = new Map<string, readonly number[]>();
  const documentFrequency: number[] = [];
  const rowStart = [0];
  const columns: number[] = [];
  const counts: number[] = [];
  const ids = (word: string): readonly number[] => {
    let known = idsOfWord.get(word);
    if (known === undefined) {
      known = termsOf(word).map((term) => {
        const id = termIds.get(term) ?? termIds.size;
        termIds.set(term, id);
        return id;
      });
      idsOfWord.set(word, known);
    }
    return known;
  };
  for (const page of pages) {
    const ofPage = new Map<number, number>();
    const count = (text: string, weight: number) => {
      for (const word of wordsOf(text)) for (const id of ids(word)) ofPage.set(id, (ofPage.get(id) ?? 0) + weight);
    };
    count(page.title, titleWeight);
    count(page.text.slice(0, maxChars), 1);
    for (const [id, times] of ofPage) {
      columns.push(id);
      counts.push(times);
      documentFrequency[id] = (documentFrequency[id] ?? 0) + 1;
    }
    rowStart.push(columns.length);
  }
  return { rowStart, columns, counts, documentFrequency };
}
