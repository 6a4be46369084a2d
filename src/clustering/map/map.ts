import { types } from 'node:util';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { WorkerPool } from '../../common/worker-pool.js';
import { loadAddon } from '../../compute/addon.js';
import type { BackendName, Vectors } from '../types.js';
import { untilAborted } from '../until-aborted.js';

/** What crosses to the worker thread. */
export interface MapTask {
  readonly vectors: Vectors;
  readonly placed: Float32Array | undefined;
  readonly backend: 'native' | 'js';
  readonly threads: number;
  /** Any message stops the drawing. */
  readonly cancel: MessagePort;
}

export interface MapOptions {
  /** `js` draws in TypeScript; any other natively where the addon is there: the drawing itself never runs on a GPU. */
  readonly backend: BackendName;
  /** 0 or absent: one thread a core. */
  readonly threads?: number;
  /** Positions to keep, 2 numbers a row, NaN for rows that need one. Absent: all are laid out. */
  readonly placed?: Float32Array;
  readonly signal?: AbortSignal;
}

const pool = new WorkerPool(new URL('./map.worker.js', import.meta.url), { maxThreads: 2, idleTimeout: 30_000 });

/**
 * A picture of the rows in the plane: similar ones stand together. Runs on a thread of its own; the same rows have the same
 * positions, bit by bit, in any order and with any number of threads. Equal rows share a spot; zero rows share a corner.
 * @returns x and y of row i at 2i and 2i + 1, each -1 to 1
 * @throws {InvalidClusteringInput} where the vectors are not rows x dims finite numbers
 * @throws {RangeError} where `placed` does not have 2 numbers a row
 * @throws the signal's reason once it is aborted
 */
export async function drawMap(vectors: Vectors, options: MapOptions): Promise<Float32Array> {
  const { placed, signal } = options;
  signal?.throwIfAborted();
  if (placed !== undefined && placed.length !== 2 * vectors.rows)
    throw new RangeError(`${placed.length} coordinates are not 2 for each of ${vectors.rows} rows`);
  // The caller keeps its array: shared memory is read where it is, of anything else a copy moves to the worker.
  const shared = types.isSharedArrayBuffer(vectors.data.buffer);
  const own = shared ? vectors : { ...vectors, data: vectors.data.slice() };
  const backend = options.backend === 'js' || loadAddon().addon === null ? 'js' : 'native';
  const { port1, port2 } = new MessageChannel();
  port1.unref();
  const task: MapTask = { vectors: own, placed, backend, threads: options.threads ?? 0, cancel: port2 };
  // A thread in JavaScript can be ended at once; one in native code is told, and stops within a step.
  const running = pool.run<Float32Array>(task, {
    transferList: shared ? [port2] : [own.data.buffer as ArrayBuffer, port2],
    signal: backend === 'js' ? signal : undefined,
  });
  return signal === undefined ? running : untilAborted(running, signal, () => port1.postMessage(null));
}
