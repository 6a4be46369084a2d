import type { NativeNeighbours } from './clustering.js';
import {
  allWithin,
  checkCount,
  loadedAddon,
  type NativeInput,
  type NativeOptions,
  type NativeRows,
  run,
} from './run.js';

declare module './addon.js' {
  interface Addon {
    canonicalRows(x: NativeInput, out: Float32Array): Promise<NativeCanonical>;
    pairCosines(data: Float32Array, dims: number, pairs: Int32Array): Float64Array;
    meanRow(data: Float32Array, dims: number): Float64Array;
    groupProducts(data: Float32Array, dims: number, labels: Int32Array, groups: number): Float64Array;
    neighbourLinkage(x: NativeInput, index: Int32Array, k: number): Promise<NativeMerges>;
    smoothingPrincipal(x: NativeInput, wanted: number): Promise<Float32Array>;
    smoothingShift(x: NativeInput, neighbours: NativeNeighbours): Promise<Float32Array>;
    smoothingRefresh(x: NativeInput, previous: NativeNeighbours): Promise<NativeNeighbours>;
  }
}

interface NativeCanonical {
  /** Canonical row of every row, -1 for a zero row. */
  readonly canonicalOf: Int32Array;
  /** Rows that each canonical row stands for. */
  readonly copies: Int32Array;
}

/** Nodes (rows, then rows + the number of the merge) joined by each merge, and at which distance. */
interface NativeMerges {
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly height: Float64Array;
}

/**
 * The different rows as unit vectors, sorted by content (native/core/smoothing/canonical.h).
 * @throws {RangeError} where the shape does not fit or a number is not finite; the signal's reason once it is aborted;
 * {Error} without the addon
 */
export async function nativeCanonical(
  x: NativeRows,
  options: NativeOptions = {},
): Promise<NativeCanonical & { readonly rows: NativeRows }> {
  const out = new Float32Array(x.data.length);
  const found = await run(x, options, (addon, input) => addon.canonicalRows(input, out));
  const rows = found.copies.length;
  return { ...found, rows: { data: out.subarray(0, rows * x.dims), rows, dims: x.dims } };
}

/** Cosines of pairs of unit rows, of which `pairs` holds one after the other. In the calling thread. @throws {RangeError} for a row that is not there */
export function nativeCosines({ data, rows, dims }: NativeRows, pairs: Int32Array): Float64Array {
  if (data.length !== rows * dims || pairs.length % 2 !== 0 || !allWithin(pairs, 0, rows))
    throw new RangeError(`pairs must be of the ${rows} rows`);
  return loadedAddon().pairCosines(data, dims, pairs);
}

/** Mean of the rows (at least one), summed in row order. In the calling thread. @throws {RangeError} for rows that do not fit */
export function nativeMeanRow({ data, rows, dims }: NativeRows): Float64Array {
  if (rows < 1 || data.length !== rows * dims) throw new RangeError(`the data must be ${rows} x ${dims} numbers`);
  return loadedAddon().meanRow(data, dims);
}

/**
 * Inner products of the sums of groups of rows, count x count. In the calling thread.
 * @param labels group of each row, 0 … count - 1, below 0 for none
 * @throws {RangeError} for labels that do not fit
 */
export function nativeGroupProducts({ data, rows, dims }: NativeRows, labels: Int32Array, count: number): Float64Array {
  if (data.length !== rows * dims || labels.length !== rows || !allWithin(labels, -0x80000000, count))
    throw new RangeError(`labels must be of the ${rows} rows and below ${count}`);
  return loadedAddon().groupProducts(data, dims, labels, count);
}

/**
 * The rows within the subspace of their `wanted` greatest principal components, unit length (native/core/smoothing/principal.h).
 * Throws as nativeCanonical.
 */
export function nativePrincipal(x: NativeRows, wanted: number, options: NativeOptions = {}): Promise<Float32Array> {
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > x.dims) throw new RangeError(`wanted must be 1 to ${x.dims}`);
  return run(x, options, (addon, input) => addon.smoothingPrincipal(input, wanted));
}

/** One step of blurring mean shift over each row's neighbours (native/core/smoothing/mean_shift.h). Throws as above. */
export function nativeShift(
  x: NativeRows,
  neighbours: NativeNeighbours,
  options: NativeOptions = {},
): Promise<Float32Array> {
  checkNeighbours(x, neighbours);
  return run(x, options, (addon, input) => addon.smoothingShift(input, neighbours));
}

/** As many neighbours as before for rows that have moved since, sought around the previous ones (native/core/smoothing/refresh.h). Throws as above. */
export function nativeRefresh(
  x: NativeRows,
  previous: NativeNeighbours,
  options: NativeOptions = {},
): Promise<NativeNeighbours> {
  checkNeighbours(x, previous);
  return run(x, options, (addon, input) => addon.smoothingRefresh(input, previous));
}

/** Average linkage in which only neighbours are joined (native/core/linkage/neighbour_linkage.h). Throws as above. */
export function nativeNeighbourLinkage(
  x: NativeRows,
  neighbours: NativeNeighbours,
  options: NativeOptions = {},
): Promise<NativeMerges> {
  checkNeighbours(x, neighbours);
  return run(x, options, (addon, input) => addon.neighbourLinkage(input, neighbours.index, neighbours.k));
}

function checkNeighbours(x: NativeRows, { k, index, distance }: NativeNeighbours): void {
  checkCount(k);
  if (index.length !== x.rows * k || distance.length !== index.length)
    throw new RangeError(`the neighbours must be a table of ${x.rows} rows and ${k} columns`);
  if (!allWithin(index, 0, x.rows)) throw new RangeError('a neighbour is not among the rows');
}
