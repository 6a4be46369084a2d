import { WorkerPool } from '../../common/worker-pool.js';
import type { OnnxProvider } from '../../compute/onnx-runtime.js';
import { BackendUnavailable } from '../errors.js';
import type { Vectors } from '../types.js';
import { untilAborted } from '../until-aborted.js';
import type { Candidates, DistanceBackend } from './backend.js';

/** Which engine, and for onnx what it may run on, best first. */
export type EngineChoice =
  | { readonly name: 'onnx'; readonly providers: readonly OnnxProvider[] }
  | { readonly name: 'tfjs-gpu' };

export type EngineTask =
  | { readonly step: 'open'; readonly engine: EngineChoice; readonly threads: number }
  | {
      readonly step: 'propose';
      readonly engine: EngineChoice;
      readonly threads: number;
      readonly vectors: Vectors;
      readonly k: number;
      /** One Int32, not 0 once the search is cancelled. */
      readonly cancelled: SharedArrayBuffer;
    };

/** What an opened engine runs on. Errors cross threads without their class, so what is missing comes back as a value. */
export type OpenedEngine =
  | { readonly device: string; readonly perThreads: boolean; readonly gpu: boolean; readonly reason: string }
  | { readonly unavailable: string };

const pools = new Map<EngineChoice['name'], WorkerPool>();

/** One thread an engine: it holds the engine, its sessions and the GPU's memory, and ends a minute after the last search. */
function poolOf(engine: EngineChoice): WorkerPool {
  let pool = pools.get(engine.name);
  if (pool === undefined) {
    pool = new WorkerPool(new URL('./engine.worker.js', import.meta.url), { maxThreads: 1, idleTimeout: 60_000 });
    pools.set(engine.name, pool);
  }
  return pool;
}

/**
 * Loads an engine on its thread.
 * @returns the backend, whether it computes on a GPU, and why there
 * @throws {BackendUnavailable} where it cannot be had, saying what to install
 */
export async function openEngine(
  engine: EngineChoice,
): Promise<{ readonly backend: DistanceBackend; readonly gpu: boolean; readonly reason: string }> {
  const opening: EngineTask = { step: 'open', engine, threads: 0 };
  const opened = await poolOf(engine).run<OpenedEngine>(opening);
  if ('unavailable' in opened) throw new BackendUnavailable(opened.unavailable);
  const backend: DistanceBackend = {
    name: engine.name,
    device: (threads) =>
      opened.perThreads ? `${opened.device} x ${threads} thread${threads === 1 ? '' : 's'}` : opened.device,
    propose: (vectors, k, { threads = 0, signal }) => propose(engine, vectors, k, threads, signal),
  };
  return { backend, gpu: opened.gpu, reason: opened.reason };
}

/** An abort is answered at once; the thread, which keeps its engine, stops after the block it is at. */
async function propose(
  engine: EngineChoice,
  vectors: Vectors,
  k: number,
  threads: number,
  signal: AbortSignal | undefined,
): Promise<Candidates> {
  signal?.throwIfAborted();
  const cancelled = new SharedArrayBuffer(4);
  // a view would take the whole buffer behind it along
  const data = vectors.data.byteLength === vectors.data.buffer.byteLength ? vectors.data : vectors.data.slice();
  const task: EngineTask = { step: 'propose', engine, threads, vectors: { ...vectors, data }, k, cancelled };
  const running = poolOf(engine).run<Candidates>(task);
  if (signal === undefined) return running;
  return untilAborted(running, signal, () => Atomics.store(new Int32Array(cancelled), 0, 1));
}
