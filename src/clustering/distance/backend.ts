import type { BackendName, Vectors } from '../types.js';

/** `width` proposed neighbours of each row: row i's are index[i*width …], in any order; -1 or the row itself fills up. */
export interface Candidates {
  readonly width: number;
  readonly index: Int32Array;
}

/** k neighbours of each row, nearest first by (distance, row), with their Euclidean distances in float64. */
export interface Neighbours {
  readonly k: number;
  readonly index: Int32Array;
  readonly distance: Float64Array;
}

export interface DistanceOptions {
  /** 0 or absent: one a core. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
}

/**
 * What computes distances: a CPU, a GPU. It may compute in whatever precision it likes, because it only proposes:
 * nearestNeighbours decides among its candidates by exact distances. But among them the true neighbours must be: what its
 * precision cannot tell apart, it proposes all.
 */
export interface DistanceBackend {
  readonly name: Exclude<BackendName, 'auto'>;
  /** For people, such as `cpu avx2 x 2 threads`; whatever does not begin with `cpu` is a GPU. */
  device(threads: number): string;
  /**
   * Proposes k (1 to rows - 1) or more rows for each row, the k nearest other rows among them.
   * @throws the signal's reason once it is aborted
   */
  propose(vectors: Vectors, k: number, options: DistanceOptions): Promise<Candidates>;
}
