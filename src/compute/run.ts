import { types } from 'node:util';
import { type Addon, loadAddon } from './addon.js';

/** An addon's `External`: a flag that stops native work. */
export type Cancellation = { readonly cancellation: unique symbol };

declare module './addon.js' {
  interface Addon {
    /** Where the first NaN or infinity is; -1 without any. */
    firstNotFinite(data: Float32Array): number;
    createCancellation(): Cancellation;
    cancel(flag: Cancellation): void;
  }
}

/** The first argument of the addon's functions. */
export interface NativeInput {
  readonly data: Float32Array;
  readonly rows: number;
  readonly dims: number;
  readonly threads: number;
  readonly cancellation?: Cancellation;
}

/** Rows to work on; they must not change until the promise is settled. */
export interface NativeRows {
  readonly data: Float32Array;
  readonly rows: number;
  readonly dims: number;
}

export interface NativeOptions {
  /** 0 or absent: one a core. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
}

/**
 * Calls a function of the addon; an aborted signal stops it within a step.
 * @throws {RangeError} for rows that do not fit; {Error} without the addon; the signal's reason once it is aborted
 */
export async function run<T>(
  { data, rows, dims }: NativeRows,
  { threads = 0, signal }: NativeOptions,
  work: (addon: Addon, input: NativeInput) => Promise<T>,
): Promise<T> {
  const addon = loadedAddon();
  checkRows(addon, data, rows, dims);
  if (!Number.isInteger(threads) || threads < 0 || threads > 1024) throw new RangeError('threads must be 0 to 1024');
  return cancellable(addon, signal, (cancellation) => work(addon, { data, rows, dims, threads, cancellation }));
}

/** Native work that stops within a step once the signal is aborted. @throws the signal's reason then */
export async function cancellable<T>(
  addon: Addon,
  signal: AbortSignal | undefined,
  work: (cancellation: Cancellation) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const cancellation = addon.createCancellation();
  const stop = () => addon.cancel(cancellation);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const result = await work(cancellation);
    signal?.throwIfAborted(); // also where the work was faster than the abort
    return result;
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/** What native code takes for granted. A NaN there would leave a row without neighbours. */
function checkRows(addon: Addon, data: Float32Array, rows: number, dims: number): void {
  const whole =
    Number.isInteger(rows) && rows >= 0 && rows < 0x7fffffff && Number.isInteger(dims) && dims >= (rows === 0 ? 0 : 1);
  if (!types.isFloat32Array(data) || !whole || data.length !== rows * dims) {
    throw new RangeError(`the data must be a Float32Array of rows x dims = ${rows} x ${dims} numbers`);
  }
  const at = addon.firstNotFinite(data);
  if (at >= 0) throw new RangeError(`row ${Math.floor(at / dims)} holds a number that is not finite`);
}

/** @throws {RangeError} where k is no count */
export function checkCount(k: number): void {
  if (!Number.isInteger(k) || k < 1 || k > 0x7fffffff) throw new RangeError('k must be a whole number of at least 1');
}

/** Whether all values are `least` or more and below `end`. A loop: every() calls back ten times as long as it compares. */
export function allWithin(values: Int32Array, least: number, end: number): boolean {
  for (let i = 0; i < values.length; i++) if (values[i] < least || values[i] >= end) return false;
  return true;
}

/** @throws {Error} without the addon, saying what to do */
export function loadedAddon(): Addon {
  const found = loadAddon();
  if (found.addon === null) throw new Error(found.reason);
  return found.addon;
}
