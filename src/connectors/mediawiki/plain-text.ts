import { WorkerPool } from '../../common/worker-pool.js';

const WORKER = new URL('./plain-text.worker.js', import.meta.url);
/** A megabyte of wikitext takes about a second. What takes far longer has a pattern that the parser is no match for. */
const PATIENCE_MS = 20_000;

/** Turns wikitext into plain text, in a thread: a big page would hold the event loop for a second. */
export class PlainText {
  readonly #threads = new WorkerPool(WORKER, { maxThreads: 1, idleTimeout: 10_000 });

  /** @returns undefined where the parser fails on that page @throws the signal's reason */
  async of(wikitext: string, signal: AbortSignal): Promise<string | undefined> {
    signal.throwIfAborted();
    try {
      return await this.#threads.run<string>(wikitext, {
        signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
      });
    } catch {
      signal.throwIfAborted();
      return undefined;
    }
  }

  async close(): Promise<void> {
    await this.#threads.close();
  }
}
