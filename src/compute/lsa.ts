import { type Addon } from './addon.js';

/** A sparse matrix in compressed rows: row i holds `indices[rowStart[i] … rowStart[i + 1])` and the values beside them. */
export interface SparseMatrix {
  readonly rows: number;
  readonly cols: number;
  /** rows + 1, from 0 to the number of entries. */
  readonly rowStart: Uint32Array;
  readonly indices: Uint32Array;
  readonly values: Float32Array;
}

export interface SvdOptions {
  /** Wanted singular triplets. */
  readonly rank: number;
  /** Columns of the range finder beyond the rank. */
  readonly oversampling: number;
  readonly iterations: number;
  readonly seed: number;
}

export interface TruncatedSvd {
  /** Triplets found: at most the wanted rank and the rank of the matrix. */
  readonly rank: number;
  /** U S, row-major, rows x rank; columns by falling singular value, largest entry of a column positive. */
  readonly scores: Float32Array;
  readonly singular: Float64Array;
}

declare module './addon.js' {
  interface Addon {
    truncatedSvd(
      rows: number,
      cols: number,
      rowStart: Uint32Array,
      indices: Uint32Array,
      values: Float32Array,
      rank: number,
      oversampling: number,
      iterations: number,
      seed: number,
      threads: number,
    ): { readonly result: Promise<TruncatedSvd>; cancel(): void };
  }
}

/**
 * Truncated SVD in the addon, off the event loop. The same bits for any number of threads.
 * @param run.threads 0 or absent: one a core
 * @throws {RangeError} for a matrix that is not well formed; the signal's reason where it is aborted
 */
export async function nativeTruncatedSvd(
  addon: Addon,
  matrix: SparseMatrix,
  options: SvdOptions,
  run: { readonly threads?: number; readonly signal?: AbortSignal } = {},
): Promise<TruncatedSvd> {
  checkMatrix(matrix);
  for (const value of Object.values(options))
    if (!Number.isInteger(value) || value < 0 || value > 0xffffffff)
      throw new RangeError('SVD options must be whole numbers of 32 bits');
  run.signal?.throwIfAborted();
  const { rows, cols, rowStart, indices, values } = matrix;
  const { rank, oversampling, iterations, seed } = options;
  const svd = addon.truncatedSvd(
    rows,
    cols,
    rowStart,
    indices,
    values,
    rank,
    oversampling,
    iterations,
    seed,
    run.threads ?? 0,
  );
  run.signal?.addEventListener('abort', svd.cancel, { once: true });
  try {
    return await svd.result;
  } catch (error) {
    run.signal?.throwIfAborted();
    throw error;
  } finally {
    run.signal?.removeEventListener('abort', svd.cancel);
  }
}

/** @throws {RangeError} naming what is wrong with the matrix */
function checkMatrix({ rows, cols, rowStart, indices, values }: SparseMatrix): void {
  if (rowStart.length !== rows + 1 || rowStart[0] !== 0 || rowStart[rows] !== indices.length)
    throw new RangeError('rowStart must go from 0 to the number of entries in rows + 1 steps');
  if (values.length !== indices.length) throw new RangeError('indices and values must have the same length');
  for (let i = 0; i < rows; i++)
    if (rowStart[i] > rowStart[i + 1]) throw new RangeError(`rowStart falls after row ${i}`);
  for (let e = 0; e < indices.length; e++) {
    if (indices[e] >= cols) throw new RangeError(`entry ${e} has column ${indices[e]} of ${cols}`);
    if (!Number.isFinite(values[e])) throw new RangeError(`entry ${e} is not finite`);
  }
}
