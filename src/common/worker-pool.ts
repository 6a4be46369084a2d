import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Transferable } from 'node:worker_threads';
import { Piscina } from 'piscina';

export type WorkerPoolOptions = Pick<
  NonNullable<ConstructorParameters<typeof Piscina>[0]>,
  'minThreads' | 'maxThreads' | 'idleTimeout' | 'resourceLimits' | 'workerData'
>;

interface TaskOptions {
  /** The function of the module; absent: its default export. */
  readonly name?: string;
  /** An abort ends the thread at once. */
  readonly signal?: AbortSignal;
  readonly transferList?: Transferable[];
}

const NO_TASK = fileURLToPath(new URL('./no-task.worker.js', import.meta.url));

interface Threads {
  readonly piscina: Piscina;
  /** Why they are gone: no thread of theirs could be started. */
  lost?: Error;
}

/**
 * Worker threads that run the functions of one module. Whatever becomes of a thread, its task is answered and the process
 * lives on: a module that cannot be loaded, an exit, a lack of memory or an error that nobody caught fail the task at hand,
 * and the next task gets a new thread.
 */
export class WorkerPool {
  readonly #file: string;
  #threads: Threads | undefined;

  /** No thread starts before the first task, unless `minThreads` says so. */
  constructor(
    module: URL,
    private readonly options: WorkerPoolOptions,
  ) {
    this.#file = fileURLToPath(module);
  }

  /** @throws what the task throws; {Error} where its thread ended before it did; an AbortError where the signal fired */
  async run<Result>(task: unknown, options: TaskOptions = {}): Promise<Result> {
    this.#threads ??= this.#open();
    const threads = this.#threads;
    try {
      // The file is named with the task and not with the pool, which would load it before: a fault then has no task to fail.
      return (await threads.piscina.run(task, { ...options, filename: this.#file })) as Result;
    } catch (error) {
      this.#serveQueue(threads);
      throw threads.lost ?? this.#explained(error);
    }
  }

  /** Ends all threads; tasks under way fail. */
  async close(): Promise<void> {
    await this.#threads?.piscina.destroy();
  }

  #open(): Threads {
    const threads: Threads = { piscina: new Piscina({ minThreads: 0, ...this.options }) };
    // A thread ended that had no task. Where none is left, tasks in the queue would wait for ever.
    threads.piscina.on('error', (error: Error) => {
      if (threads.piscina.threads.length > 0) return;
      threads.lost = this.#explained(error);
      if (this.#threads === threads) this.#threads = undefined;
      void threads.piscina.destroy();
    });
    return threads;
  }

  /** For tasks in the queue whose only thread has ended: Piscina starts another for a new task alone. */
  #serveQueue({ piscina, lost }: Threads): void {
    if (lost !== undefined || piscina.threads.length > 0 || piscina.queueSize === 0) return;
    piscina.run(undefined, { filename: NO_TASK }).catch(() => undefined);
  }

  #explained(error: unknown): Error {
    const { code, message } = error as { code?: string; message?: string };
    const thread = `The worker thread of ${basename(this.#file)}`;
    const exit = /^worker exited with code: (\d+)$/.exec(message ?? '')?.[1];
    if (exit !== undefined) return new Error(`${thread} ended with code ${exit} in the middle of its task.`);
    if (code === 'ERR_WORKER_OUT_OF_MEMORY') return new Error(`${thread} ran out of memory.`, { cause: error });
    return error as Error;
  }
}
