import {
  type Cancellation,
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
}

interface NativeHdbscanResult {
  readonly labels: Int32Array;
  readonly probabilities: Float64Array;
  readonly outlierScores: Float64Array;
  readonly persistence: Float64Array;
  readonly timings: Record<string, number>;
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
    nearestNeighbours(input: NativeInput, k: number): Promise<NativeNeighbours>;
    refineNeighbours(input: NativeInput, candidates: Int32Array, k: number): Promise<NativeNeighbours>;
    instructionSet(): string;
    createCancellation(): Cancellation;
    cancel(flag: Cancellation): void;
  }
}

/** Exact HDBSCAN* (native/core/hdbscan). @throws {RangeError} for rows or parameters that do not fit; {Error} without the addon */
export function nativeHdbscan(rows: NativeRows, params: NativeHdbscanParams, options: NativeOptions = {}) {
  for (const [name, least] of [
    ['minClusterSize', 2],
    ['minSamples', 1],
    ['storedBytes', 0],
  ] as const) {
    if (!Number.isSafeInteger(params[name]) || params[name] < least) {
      throw new RangeError(`${name} must be a whole number of at least ${least}`);
    }
  }
  const cut = (size: number) => Math.min(size, 0x7fffffff);
  const fitting = { ...params, minClusterSize: cut(params.minClusterSize), minSamples: cut(params.minSamples) };
  return run(rows, options, (addon, input) => addon.hdbscan(input, fitting));
}

/** The exact k (at most rows - 1) nearest other rows (native/core/distance/knn.h). @throws as nativeHdbscan */
export function nativeNeighbours(rows: NativeRows, k: number, options: NativeOptions = {}) {
  checkCount(k);
  return run(rows, options, (addon, input) => addon.nearestNeighbours(input, k));
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
