import { type SparseMatrix, type SvdOptions, type TruncatedSvd } from '../../compute/lsa.js';
import { type EmbeddingInput } from '../types.js';
import { type TfidfOptions, tfidf } from './tfidf.js';
import { truncatedSvd } from './truncated-svd.js';

/** What the worker thread runs: reading the pages, and the SVD where the addon is not there to do it. */
export function weigh(task: {
  readonly pages: readonly EmbeddingInput[];
  readonly options: TfidfOptions;
}): SparseMatrix {
  return tfidf(task.pages, task.options);
}

export function decompose(task: { readonly matrix: SparseMatrix; readonly options: SvdOptions }): TruncatedSvd {
  return truncatedSvd(task.matrix, task.options);
}
