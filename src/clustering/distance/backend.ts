import type { BackendName, Vectors } from '../types.js';

/** `width` proposed neighbours of each row: row i's are index[i*width …], in any order; -1 fills up. */
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
 * nearestNeighbours asks it for some spare candidates and decides among them by exact distances.
 */
export interface DistanceBackend {
  readonly name: Exclude<BackendName, 'auto'>;
  /** For people, such as `cpu avx2 x 2 threads`. */
  device(threads: number): string;
  /**
   * Proposes the `wanted` (at most rows - 1) rows that look nearest to each row, not the row itself.
   * @throws the signal's reason once it is aborted
   */
  propose(vectors: Vectors, wanted: number, options: DistanceOptions): Promise<Candidates>;
}
