import { availableParallelism } from 'node:os';
import { types } from 'node:util';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { WorkerPool } from '../../common/worker-pool.js';
import { loadAddon } from '../../compute/addon.js';
import { BackendUnavailable } from '../errors.js';
import { autoBytes, requireMemory } from '../hdbscan/memory.js';
import type { BackendName, Clustering, ClusteringOptions, Vectors } from '../types.js';
import { untilAborted } from '../until-aborted.js';

/** What crosses to the worker thread. */
export interface AutoTask {
  readonly vectors: Vectors;
  readonly backend: BackendName;
  readonly threads: number;
  readonly minClusterSize: number | undefined;
  /** Any message cancels the run. */
  readonly cancel: MessagePort;
}

/** What comes back. */
export type AutoResult = Clustering | { readonly unavailable: string };

const pool = new WorkerPool(new URL('./auto.worker.js', import.meta.url), { maxThreads: 2, idleTimeout: 30_000 });

/**
 * The default method: clusters in layers, from vectors as they are. Runs on a thread of its own; the same input gives the
 * same bits, whatever the order of its rows and the number of threads. A backend that only knows distances searches the
 * neighbours; the native core does the rest.
 * @param options `method`, `minSamples`, `selection` and `seed` have no meaning here
 * @throws {RangeError} where the vectors do not have the shape they claim or hold NaN or Infinity
 * @throws {BackendUnavailable} where the backend asked for is not there
 * @throws the signal's reason when it is aborted
 */
export async function autoCluster(
  vectors: Vectors,
  options: Pick<ClusteringOptions, 'backend' | 'minClusterSize' | 'threads' | 'signal'>,
): Promise<Clustering> {
  const { data, rows, dims } = vectors;
  if (!Number.isInteger(rows) || !Number.isInteger(dims) || rows < 0 || dims < 0 || data.length !== rows * dims) {
    throw new RangeError(`${data.length} numbers are not ${rows} rows of ${dims}`);
  }
  const { backend, minClusterSize, signal } = options;
  if (minClusterSize !== undefined && !(Number.isInteger(minClusterSize) && minClusterSize >= 2)) {
    throw new RangeError('minClusterSize must be a whole number of at least 2');
  }
  signal?.throwIfAborted();
  const threads = options.threads || availableParallelism();
  requireMemory(`Clustering ${rows} rows of ${dims}`, autoBytes(rows, dims, threads), process.availableMemory());
  // The caller keeps its array: shared memory is read where it is, of anything else a copy moves to the worker.
  const own = types.isSharedArrayBuffer(data.buffer) ? data : data.slice();
  const { port1, port2 } = new MessageChannel();
  port1.unref();
  const task: AutoTask = {
    vectors: { data: own, rows, dims },
    backend,
    threads: options.threads ?? 0,
    minClusterSize,
    cancel: port2,
  };
  // A thread in JavaScript can be ended at once; one in native code is told, and stops within a step.
  const inJavaScript = backend === 'js' || loadAddon().addon === null;
  const running = pool.run<AutoResult>(task, {
    transferList: own === data ? [port2] : [own.buffer as ArrayBuffer, port2],
    signal: inJavaScript ? signal : undefined,
  });
  const result = await (signal === undefined ? running : untilAborted(running, signal, () => port1.postMessage(null)));
  if ('unavailable' in result) throw new BackendUnavailable(result.unavailable);
  return result;
}
