import pLimit from 'p-limit';
import { EmbeddingError } from '../errors.js';
import { pageText } from '../page-text.js';
import { type Embedder, type EmbeddingInput, type Embeddings, type EmbedOptions } from '../types.js';
import { normaliseRows } from '../vectors.js';
import { type BatchLimits, batches } from './batches.js';
import { EmbeddingsClient, type EmbeddingsServer } from './client.js';
import { type RetryOptions, withRetries } from './retry.js';

/**
 * OpenAI takes 2,048 texts and 300,000 tokens a request and 8,192 tokens a text. Smaller requests cost little and lose
 * little when they fail; 3 characters a token is below what prose has, and a text that is refused all the same says so.
 */
const LIMITS: BatchLimits = { maxTexts: 128, maxChars: 200_000, maxTextChars: 24_000 };

export interface OpenAiEmbedderOptions {
  readonly server: EmbeddingsServer;
  readonly concurrency: number;
  readonly retry: RetryOptions;
  readonly limits?: BatchLimits;
}

/** Vectors from any OpenAI-compatible embeddings server, normalised to length 1. */
export class OpenAiEmbedder implements Embedder {
  readonly model: string;
  readonly fitted = false;
  readonly #client: EmbeddingsClient;

  constructor(private readonly options: OpenAiEmbedderOptions) {
    this.model = `openai:${options.server.model}`;
    this.#client = new EmbeddingsClient(options.server);
  }

  /**
   * @throws {EmbeddingError} where a request fails for good or a vector has another length than the first; the requests
   * under way are then cancelled. The signal's reason where it is aborted.
   */
  async embed(inputs: readonly EmbeddingInput[], { signal, onProgress }: EmbedOptions = {}): Promise<Embeddings> {
    signal?.throwIfAborted();
    const rows = inputs.length;
    const packed = batches(inputs.map(pageText), this.options.limits ?? LIMITS);
    const stop = new AbortController();
    const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
    const limit = pLimit(this.options.concurrency);
    let done = rows - packed.reduce((sum, batch) => sum + batch.texts.length, 0);
    let result: Embeddings | undefined;
    const embedBatch = async ({ indices, texts }: (typeof packed)[number]) => {
      either.throwIfAborted();
      const vectors = await withRetries(() => this.#client.embed(texts, either), this.options.retry, either);
      result ??= { data: new Float32Array(rows * vectors[0].length), rows, dims: vectors[0].length };
      const { data, dims } = result;
      vectors.forEach((vector, i) => {
        if (vector.length !== dims)
          throw new EmbeddingError(
            'permanent',
            `The embeddings server sent vectors of ${dims} and of ${vector.length} numbers.`,
          );
        data.set(vector, indices[i] * dims);
      });
      done += texts.length;
      onProgress?.(done);
    };
    try {
      await Promise.all(packed.map((batch) => limit(embedBatch, batch)));
    } catch (error) {
      stop.abort(error);
      signal?.throwIfAborted();
      throw error;
    }
    if (result === undefined) return { data: new Float32Array(0), rows, dims: 0 }; // nobody was asked
    normaliseRows(result.data, rows, result.dims);
    return result;
  }
}
