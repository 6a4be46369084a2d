/** The `width` lowest scores of each query, ascending, and the table rows they belong to: queries x width. */
export interface LowestScores {
  readonly value: Float32Array;
  readonly index: Int32Array;
}

/** Rows that scores are taken against, row-major float32, and a number to add for each. */
export interface ScoreTable {
  readonly data: Float32Array;
  readonly offset: Float32Array;
  readonly rows: number;
  readonly dims: number;
}

/**
 * A matrix product and a top-k, on whatever device: what a GPU adds to the search for neighbours. Everything else is in
 * scored-neighbours.ts, the same for each engine.
 */
export interface ScoreEngine {
  /** Greatest relative error of reading a factor into a product: 0 for float32, 2^-11 where it may be cut to TF32. */
  readonly factorError: number;
  /** Most numbers of one tensor: queries, table or scores. */
  readonly largestTensor: number;
  /** Most scores of one call, queries x table rows: at most largestTensor. */
  readonly scoresAtOnce: number;
  /** The lowest of `table.offset[j] - 2 queries[i].table[j]`. Every query must have `width` (at most table.rows). */
  lowest(queries: Float32Array, table: ScoreTable, width: number): Promise<LowestScores>;
}

/** 128 MiB of float32: beyond, tfjs-webgpu has been seen to return zeros without a word. */
export const LARGEST_TENSOR = 2 ** 25;
