import type { WorkerPool } from '../../common/worker-pool.js';
import type { HdbscanParams, HdbscanResult } from '../hdbscan/hdbscan.js';
import type { Vectors } from '../types.js';
import type { Candidates, Neighbours } from './backend.js';

/** What the JavaScript engine can be asked for, each with its result. */
export type JsTask =
  | {
      readonly step: 'hdbscan';
      readonly vectors: Vectors;
      readonly params: HdbscanParams;
      readonly neighbours?: Neighbours;
    }
  | { readonly step: 'propose'; readonly vectors: Vectors; readonly wanted: number }
  | { readonly step: 'refine'; readonly vectors: Vectors; readonly candidates: Candidates; readonly k: number };

interface JsResult {
  hdbscan: HdbscanResult;
  propose: Candidates;
  refine: Neighbours;
}

let pool: Promise<WorkerPool> | undefined;

/** Loaded when it is needed: most threads that import this never are. */
async function startPool(): Promise<WorkerPool> {
  const { WorkerPool } = await import('../../common/worker-pool.js');
  return new WorkerPool(new URL('./js.worker.js', import.meta.url), { idleTimeout: 10_000 });
}

/** Runs a step on a worker thread, which an abort ends at once. Idle threads end after some seconds. */
export async function inWorker<T extends JsTask>(task: T, signal?: AbortSignal): Promise<JsResult[T['step']]> {
  signal?.throwIfAborted();
  pool ??= startPool();
  try {
    return await (await pool).run<JsResult[T['step']]>(task, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
