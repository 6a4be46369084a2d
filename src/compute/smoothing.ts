import { type Addon, loadAddon } from './addon.js';

declare module './addon.js' {
  interface Addon {
    smoothingPrincipal(
      x: Float32Array,
      rows: number,
      dims: number,
      wanted: number,
      threads: number,
    ): Promise<Float32Array>;
    smoothingBlur(x: Float32Array, rows: number, dims: number, k: number, threads: number): Promise<NativeBlur>;
  }
}

/** Row-major float32 rows, all finite. */
export interface Rows {
  readonly data: Float32Array;
  readonly rows: number;
  readonly dims: number;
}

export interface NativeBlur {
  /** Unit rows after the step, same shape as before. */
  readonly rows: Float32Array;
  readonly k: number;
  /** k neighbours of each row before the step, nearest first, and their Euclidean distances. */
  readonly index: Int32Array;
  readonly distance: Float64Array;
}

/**
 * The rows within the subspace of their `wanted` greatest principal components, unit length (native/core/smoothing/principal.h).
 * @param threads 0: one a core
 * @throws {RangeError} where the shape does not fit; {Error} without the addon
 */
export async function nativePrincipal(x: Rows, wanted: number, threads: number): Promise<Float32Array> {
  check(x);
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > x.dims) throw new RangeError(`wanted must be 1 to ${x.dims}`);
  return addon().smoothingPrincipal(x.data, x.rows, x.dims, wanted, threads);
}

/** One step of blurring mean shift over the k nearest rows (native/core/smoothing/mean_shift.h). */
export async function nativeBlur(x: Rows, k: number, threads: number): Promise<NativeBlur> {
  check(x);
  if (!Number.isInteger(k) || k < 1) throw new RangeError('k must be a whole number of at least 1');
  return addon().smoothingBlur(x.data, x.rows, x.dims, Math.min(k, x.rows - 1), threads);
}

function check({ data, rows, dims }: Rows): void {
  if (!(rows >= 1 && dims >= 1) || data.length !== rows * dims)
    throw new RangeError(`${data.length} numbers are not ${rows} rows of ${dims}`);
  for (const value of data)
    if (!Number.isFinite(value)) throw new RangeError('the rows hold a number that is not finite');
}

function addon(): Addon {
  const loaded = loadAddon();
  if (loaded.addon === null) throw new Error(loaded.reason);
  return loaded.addon;
}
