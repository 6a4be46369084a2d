import { types } from 'node:util';
import { WorkerPool } from '../../common/worker-pool.js';
import { ConfigError } from '../../config/config.js';
import { EmbeddingError } from '../errors.js';
import { pageText } from '../page-text.js';
import { type Embedder, type EmbeddingInput, type Embeddings, type EmbedOptions } from '../types.js';
import { batchesByLength } from './batches.js';
import { readModelDirectory, type SentenceModel } from './model-directory.js';
import type { OnnxWorkerData } from './onnx.worker.js';
import type { Tokens } from './token-reader.js';

const WORKER = new URL('./onnx.worker.js', import.meta.url);
/** Texts sent to the tokenizer at a time: after each such lot a cancelled run stops. */
const LOT = 64;
/** A model is loaded in a second and holds its own size in memory: it is let go when nobody embeds. */
const IDLE_MS = 30_000;

/**
 * Vectors from a sentence-transformer directory on this machine, by ONNX Runtime on the CPU. Reads and computes on a thread
 * of its own. The same pages give the same bits, in any order.
 */
export class OnnxEmbedder implements Embedder {
  readonly fitted = false;

  private constructor(
    /** `onnx:<directory>@<hash of its files>`: another model in the same place is another space. */
    readonly model: string,
    readonly dims: number,
    private readonly workers: WorkerPool,
  ) {}

  /**
   * Loads the model once, so that a directory that cannot be used stops the start.
   * @param directory ONNX_MODEL_DIR
   * @param threads 0 or absent: one a core
   * @throws {ConfigError} where the directory cannot be used or onnxruntime-node is not installed, saying what to do
   */
  static async open(directory: string, { threads = 0 }: { readonly threads?: number } = {}): Promise<OnnxEmbedder> {
    let workers: WorkerPool | undefined;
    try {
      const model = await readModelDirectory(directory);
      workers = poolFor({ model, threads });
      return new OnnxEmbedder(model.name, await workers.run(undefined, { name: 'dims' }), workers);
    } catch (error) {
      await workers?.close();
      throw new ConfigError(messageOf(error), { cause: error });
    }
  }

  /** Ends the thread now; else it ends when it has been idle, and never keeps a process alive. */
  async close(): Promise<void> {
    await this.workers.close();
  }

  /** @throws {EmbeddingError} where the model fails on a page; the signal's reason where it is aborted */
  async embed(inputs: readonly EmbeddingInput[], { signal, onProgress }: EmbedOptions = {}): Promise<Embeddings> {
    signal?.throwIfAborted();
    const rows = inputs.length;
    if (rows === 0) return { data: new Float32Array(0), rows, dims: 0 };
    const { dims } = this;
    const data = new Float32Array(rows * dims);
    const batches = batchesByLength(await this.#read(inputs, signal));
    const count = (some: typeof batches) => some.reduce((sum, { inputs: own }) => sum + own.flat().length, 0);
    let done = rows - count(batches);
    for (const batch of batches) {
      const vectors = await this.#inWorker<Float32Array>('embed', batch.texts, signal);
      batch.inputs.forEach((same, row) => {
        for (const input of same) data.set(vectors.subarray(row * dims, (row + 1) * dims), input * dims);
      });
      done += count([batch]);
      onProgress?.(done);
    }
    if (batches.length === 0) onProgress?.(done);
    return { data, rows, dims };
  }

  async #read(inputs: readonly EmbeddingInput[], signal: AbortSignal | undefined): Promise<Tokens[]> {
    const read: Tokens[] = [];
    for (let at = 0; at < inputs.length; at += LOT)
      read.push(...(await this.#inWorker<Tokens[]>('read', inputs.slice(at, at + LOT).map(pageText), signal)));
    return read;
  }

  /** The thread finishes what it has begun and stays, with its model: only the next step is not taken. */
  async #inWorker<T>(name: string, task: object, signal: AbortSignal | undefined): Promise<T> {
    try {
      return await this.workers.run<T>(task, { name });
    } catch (error) {
      throw new EmbeddingError('permanent', messageOf(error));
    } finally {
      signal?.throwIfAborted();
    }
  }
}

function poolFor(data: { readonly model: SentenceModel; readonly threads: number }): WorkerPool {
  const workerData: OnnxWorkerData = data;
  return new WorkerPool(WORKER, { workerData, maxThreads: 1, idleTimeout: IDLE_MS });
}

function messageOf(error: unknown): string {
  return types.isNativeError(error) ? error.message : String(error);
}
