import {
  allWithin,
  checkCount,
  loadedAddon,
  type NativeInput,
  type NativeOptions,
  type NativeRows,
  run,
} from './run.js';

export interface NativeHdbscanParams {
  readonly minClusterSize: number;
  readonly minSamples: number;
  readonly selection: 'eom' | 'leaf';
  readonly allowSingleCluster: boolean;
  readonly ties: 'rows' | 'content';
  /** All distances are stored where they take at most so much. */
  readonly storedBytes: number;
  /** Up to so many rows the result is exact, the same bits with stored distances and without; beyond, approximate. */
  readonly exactRows: number;
  /**
   * Near rows of each row that somebody knows already, a GPU perhaps; used where distances are not stored. Row i's are
   * index[i*k …], -1 fills up. An exact result does not depend on them, only the time it takes; an approximate one has
   * no others, so k must be at least minSamples. Their distances are measured again here.
   */
  readonly neighbours?: { readonly k: number; readonly index: Int32Array };
}

interface NativeHdbscanResult {
  readonly labels: Int32Array;
  readonly probabilities: Float64Array;
  readonly outlierScores: Float64Array;
  readonly persistence: Float64Array;
  readonly timings: Record<string, number>;
  /** Whether the spanning tree is one that a search found, not the true one. */
  readonly approximate: boolean;
}

/** k neighbours of each row, nearest first, with Euclidean distances. */
export interface NativeNeighbours {
  readonly k: number;
  readonly index: Int32Array;
  readonly distance: Float64Array;
}

declare module './addon.js' {
  interface Addon {
    hdbscan(input: NativeInput, params: NativeHdbscanParams): Promise<NativeHdbscanResult>;
    nearestNeighbours(input: NativeInput, k: number, exactRows: number): Promise<NativeNeighbours>;
    refineNeighbours(input: NativeInput, candidates: Int32Array, k: number): Promise<NativeNeighbours>;
    instructionSet(): string;
  }
}

/** HDBSCAN* (native/core/hdbscan). @throws {RangeError} for rows or parameters that do not fit; {Error} without the addon */
export function nativeHdbscan(rows: NativeRows, params: NativeHdbscanParams, options: NativeOptions = {}) {
  for (const [name, least] of [
    ['minClusterSize', 2],
    ['minSamples', 1],
    ['storedBytes', 0],
    ['exactRows', 0],
  ] as const) {
    if (!Number.isSafeInteger(params[name]) || params[name] < least) {
      throw new RangeError(`${name} must be a whole number of at least ${least}`);
    }
  }
  checkKnown(rows, params);
  const cut = (size: number) => Math.min(size, 0x7fffffff);
  const fitting = {
    ...params,
    minClusterSize: cut(params.minClusterSize),
    minSamples: cut(params.minSamples),
    exactRows: cut(params.exactRows),
  };
  return run(rows, options, (addon, input) => addon.hdbscan(input, fitting));
}

/**
 * The k (at most rows - 1) nearest other rows: exact up to `exactRows` (native/core/distance/knn.h), beyond those that a
 * search finds (native/core/graph/approximate_neighbours.h). @throws as nativeHdbscan
 */
export function nativeNeighbours(rows: NativeRows, k: number, options: NativeOptions = {}, exactRows = 100_000) {
  checkCount(k);
  return run(rows, options, (addon, input) => addon.nearestNeighbours(input, k, exactRows));
}

/** The k nearest of each row's candidates, of which every row has as many (native/core/distance/knn.h). @throws as nativeHdbscan */
export function nativeRefine(rows: NativeRows, candidates: Int32Array, k: number, options: NativeOptions = {}) {
  checkCount(k);
  if (rows.rows > 0 && candidates.length % rows.rows !== 0) throw new RangeError('candidates must be a table of rows');
  return run(rows, options, (addon, input) => addon.refineNeighbours(input, candidates, k));
}

/** Instruction set of the kernel that this CPU gets, such as avx2. */
export function nativeInstructionSet(): string {
  return loadedAddon().instructionSet();
}

function checkKnown({ rows }: NativeRows, { neighbours, minSamples }: NativeHdbscanParams): void {
  if (neighbours === undefined) return;
  const { k, index } = neighbours;
  if (!Number.isInteger(k) || k < Math.min(minSamples, rows - 1) || index.length !== rows * k)
    throw new RangeError('neighbours must be a table of rows x k, with k of at least minSamples');
  if (!allWithin(index, -1, rows)) throw new RangeError('neighbours must be rows, or -1');
}
