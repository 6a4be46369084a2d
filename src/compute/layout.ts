import { type Cancellation, cancellable, loadedAddon, type NativeOptions } from './run.js';

interface LayoutInput {
  readonly k: number;
  readonly index: Int32Array;
  readonly distance: Float64Array;
  readonly initial: Float64Array;
  readonly threads: number;
  readonly cancellation: Cancellation;
}

declare module './addon.js' {
  interface Addon {
    layOut(input: LayoutInput): Promise<Float64Array>;
  }
}

/** k neighbours of each row, nearest first, and their Euclidean distances. */
interface NativeNeighbours {
  readonly k: number;
  readonly index: Int32Array;
  readonly distance: Float64Array;
}

/**
 * Positions in the plane for the fuzzy graph of these neighbours (native/core/layout/layout.h), x and y of row i at 2i and
 * 2i + 1. The arrays must not change until the promise is settled.
 * @param initial starting positions, 2 numbers a row
 * @throws {RangeError} where the shapes do not fit or a position is not finite; {Error} without the addon;
 * the signal's reason once it is aborted
 */
export async function nativeLayout(
  { k, index, distance }: NativeNeighbours,
  initial: Float64Array,
  { threads = 0, signal }: NativeOptions = {},
): Promise<Float64Array> {
  const addon = loadedAddon();
  const rows = initial.length / 2;
  if (!Number.isInteger(rows) || index.length !== rows * k || distance.length !== index.length)
    throw new RangeError(`${index.length} neighbours and ${initial.length} coordinates are not those of the same rows`);
  if (index.some((row) => row < 0 || row >= rows)) throw new RangeError('a neighbour is not one of the rows');
  if (!initial.every(Number.isFinite)) throw new RangeError('a starting position is not finite');
  return cancellable(addon, signal, (cancellation) =>
    addon.layOut({ k, index, distance, initial, threads, cancellation }),
  );
}
