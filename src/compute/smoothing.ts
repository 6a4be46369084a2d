import type { NativeNeighbours } from './clustering.js';
import { checkCount, type NativeInput, type NativeOptions, type NativeRows, run } from './run.js';

declare module './addon.js' {
  interface Addon {
    smoothingPrincipal(x: NativeInput, wanted: number): Promise<Float32Array>;
    smoothingShift(x: NativeInput, neighbours: NativeNeighbours): Promise<Float32Array>;
    smoothingRefresh(x: NativeInput, previous: NativeNeighbours): Promise<NativeNeighbours>;
  }
}

/**
 * The rows within the subspace of their `wanted` greatest principal components, unit length (native/core/smoothing/principal.h).
 * @throws {RangeError} where the shape does not fit; the signal's reason once it is aborted; {Error} without the addon
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

function checkNeighbours(x: NativeRows, { k, index, distance }: NativeNeighbours): void {
  checkCount(k);
  if (index.length !== x.rows * k || distance.length !== index.length)
    throw new RangeError(`the neighbours must be a table of ${x.rows} rows and ${k} columns`);
  if (index.some((j) => j < 0 || j >= x.rows)) throw new RangeError('a neighbour is not among the rows');
}
