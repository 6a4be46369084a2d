import { Piscina } from 'piscina';
import { loadAddon } from '../../compute/addon.js';
import type { Clustering, ClusteringOptions, Vectors } from '../types.js';

/** What crosses to the worker thread. */
export interface AutoTask {
  readonly vectors: Vectors;
  readonly backend: 'native' | 'js';
  readonly threads: number;
  readonly minClusterSize: number | undefined;
  /** One Int32, not 0 once the run is cancelled. */
  readonly cancelled: SharedArrayBuffer;
}

let pool: Piscina<AutoTask, Clustering> | undefined;

/**
 * The default method: clusters in layers, from vectors as they are. Runs on a thread of its own; the same input gives the
 * same bits, whatever the order of its rows and the number of threads.
 * @param options `method`, `minSamples`, `selection` and `seed` have no meaning here
 * @throws {RangeError} where the vectors do not have the shape they claim or hold NaN or Infinity
 * @throws the signal's reason when it is aborted
 * @throws {Error} where the backend asked for is not there
 */
export async function autoCluster(
  vectors: Vectors,
  options: Pick<ClusteringOptions, 'backend' | 'minClusterSize' | 'threads' | 'signal'>,
): Promise<Clustering> {
  const { data, rows, dims } = vectors;
  if (!Number.isInteger(rows) || !Number.isInteger(dims) || rows < 0 || dims < 0 || data.length !== rows * dims) {
    throw new RangeError(`${data.length} numbers are not ${rows} rows of ${dims}`);
  }
  const { minClusterSize, signal } = options;
  if (minClusterSize !== undefined && !(Number.isInteger(minClusterSize) && minClusterSize >= 2)) {
    throw new RangeError('minClusterSize must be a whole number of at least 2');
  }
  signal?.throwIfAborted();
  const backend = backendFor(options.backend);
  const own = data.slice(); // the caller keeps its array: this copy moves to the worker
  const cancelled = new SharedArrayBuffer(4);
  const task: AutoTask = {
    vectors: { data: own, rows, dims },
    backend,
    threads: options.threads ?? 0,
    minClusterSize,
    cancelled,
  };
  pool ??= new Piscina({
    filename: new URL('./auto.worker.js', import.meta.url).href,
    minThreads: 0,
    maxThreads: 2,
    idleTimeout: 30_000,
  });
  // A thread in JavaScript can be ended at once; one in native code is told, and stops at its next step.
  const running = pool.run(task, { transferList: [own.buffer], signal: backend === 'js' ? signal : undefined });
  return signal === undefined ? running : untilAborted(running, signal, new Int32Array(cancelled));
}

async function untilAborted<T>(running: Promise<T>, signal: AbortSignal, cancelled: Int32Array): Promise<T> {
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => {
      Atomics.store(cancelled, 0, 1);
      reject(signal.reason);
    };
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([running, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
    running.catch(() => undefined); // after an abort nobody waits for it any more
  }
}

function backendFor(asked: ClusteringOptions['backend']): 'native' | 'js' {
  if (asked === 'js') return 'js';
  if (asked !== 'auto' && asked !== 'native')
    throw new Error(`The backend ${asked} cannot run the method auto; native and js can.`);
  const loaded = loadAddon();
  if (loaded.addon !== null) return 'native';
  if (asked === 'native') throw new Error(loaded.reason);
  return 'js';
}
