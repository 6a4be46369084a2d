import { type Addon, loadAddon } from './addon.js';

declare module './addon.js' {
  interface Addon {
    smoothingPrincipal(x: NativeRows, wanted: number): Promise<Float32Array>;
    smoothingBlur(x: NativeRows, k: number): Promise<NativeBlur>;
    smoothingLabels(x: NativeRows, minClusterSize: number): Promise<Int32Array>;
  }
}

/** Row-major float32 rows, all finite. */
export interface NativeRows {
  readonly data: Float32Array;
  readonly rows: number;
  readonly dims: number;
  /** 0: one a core. */
  readonly threads: number;
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
 * @throws {RangeError} where the shape does not fit; {Error} without the addon
 */
export async function nativePrincipal(x: NativeRows, wanted: number): Promise<Float32Array> {
  check(x);
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > x.dims) throw new RangeError(`wanted must be 1 to ${x.dims}`);
  return addon().smoothingPrincipal(x, wanted);
}

/** One step of blurring mean shift over the k nearest rows (native/core/smoothing/mean_shift.h). Throws as above. */
export async function nativeBlur(x: NativeRows, k: number): Promise<NativeBlur> {
  check(x);
  if (!Number.isInteger(k) || k < 1) throw new RangeError('k must be a whole number of at least 1');
  return addon().smoothingBlur(x, Math.min(k, x.rows - 1));
}

/** Labels of HDBSCAN* with min_samples 1 (native/core/hdbscan/hdbscan.h), -1 for noise. Throws as above. */
export async function nativeLabels(x: NativeRows, minClusterSize: number): Promise<Int32Array> {
  check(x);
  if (!Number.isInteger(minClusterSize) || minClusterSize < 2)
    throw new RangeError('minClusterSize must be at least 2');
  return addon().smoothingLabels(x, minClusterSize);
}

function check({ data, rows, dims }: NativeRows): void {
  if (!(rows >= 1 && dims >= 1) || data.length !== rows * dims)
    throw new RangeError(`${data.length} numbers are not ${rows} rows of ${dims}`);
  for (let i = 0; i < data.length; i++)
    if (!Number.isFinite(data[i])) throw new RangeError('the rows hold a number that is not finite');
}

function addon(): Addon {
  const loaded = loadAddon();
  if (loaded.addon === null) throw new Error(loaded.reason);
  return loaded.addon;
}
