import { type SparseMatrix } from '../../compute/lsa.js';
import { type EmbeddingInput } from '../types.js';
import { countTerms } from './term-counts.js';

export interface TfidfOptions {
  /** How often a title counts, as if it stood in the text that many times. */
  readonly titleWeight: number;
  /** Only so many characters of a text are read. */
  readonly maxChars: number;
}

/** A term on one page relates it to no other. */
const MIN_PAGES = 2;
/** A term on more pages tells little; the pages beyond the share let small wikis have few topics, or one. */
const MAX_SHARE = 0.3;
const MAX_SHARE_PLUS_PAGES = 8;
/** A page that would lose more than this of its squared weight with such terms keeps them: copies are all common words. */
const MAX_LOSS = 0.9;

/**
 * Pages as rows of unit length over terms: (1 + ln tf)(1 + ln((1 + n) / (1 + df))), as scikit-learn's TfidfVectorizer has
 * it with `sublinear_tf`. Rows in the order of the pages, columns in the order of first use; a page without words is an
 * empty row.
 */
export function tfidf(pages: readonly EmbeddingInput[], options: TfidfOptions): SparseMatrix {
  const { rowStart, terms, counts, pagesWith } = countTerms(pages, options);
  const rows = pages.length;
  const most = MAX_SHARE * rows + MAX_SHARE_PLUS_PAGES;
  const idf = Float64Array.from(pagesWith, (df) => 1 + Math.log((1 + rows) / (1 + df)));
  const kept = Uint8Array.from(pagesWith, (df) => (df >= MIN_PAGES && df <= most ? 1 : 0));
  const weight = Float64Array.from(counts, (count, e) => (1 + Math.log(count)) * idf[terms[e]]);

  const columnOf = new Int32Array(pagesWith.length).fill(-1);
  const starts = new Uint32Array(rows + 1);
  const indices = new Uint32Array(terms.length);
  const values = new Float32Array(terms.length);
  let cols = 0;
  let entries = 0;
  for (let row = 0; row < rows; row++) {
    let all = 0;
    let rest = 0;
    for (let e = rowStart[row]; e < rowStart[row + 1]; e++) {
      all += weight[e] ** 2;
      if (kept[terms[e]]) rest += weight[e] ** 2;
    }
    const keepAll = rest < (1 - MAX_LOSS) * all;
    const length = Math.sqrt(keepAll ? all : rest);
    for (let e = rowStart[row]; e < rowStart[row + 1]; e++) {
      if (!keepAll && !kept[terms[e]]) continue;
      if (columnOf[terms[e]] < 0) columnOf[terms[e]] = cols++;
      indices[entries] = columnOf[terms[e]];
      values[entries++] = weight[e] / length;
    }
    starts[row + 1] = entries;
  }
  return { rows, cols, rowStart: starts, indices: indices.slice(0, entries), values: values.slice(0, entries) };
}
