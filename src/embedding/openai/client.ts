import OpenAI from 'openai';
import { type CreateEmbeddingResponse } from 'openai/resources/embeddings';
import { EmbeddingError } from '../errors.js';
import { toEmbeddingError } from './faults.js';

export interface EmbeddingsServer {
  readonly baseURL?: string;
  /** Absent: no Authorization header, as local servers want it. */
  readonly apiKey?: string;
  readonly model: string;
  readonly timeoutSeconds: number;
}

/** The embeddings route of any OpenAI-compatible server: one request, checked. Retries nothing. */
export class EmbeddingsClient {
  readonly #openai: OpenAI;

  constructor(private readonly server: EmbeddingsServer) {
    // Everything the SDK would take from the environment by itself is named: only src/config reads that.
    this.#openai = new OpenAI({
      baseURL: server.baseURL ?? 'https://api.openai.com/v1',
      apiKey: server.apiKey ?? 'none',
      adminAPIKey: null,
      organization: null,
      project: null,
      webhookSecret: null,
      logLevel: 'off',
      maxRetries: 0,
      ...(server.apiKey === undefined ? { defaultHeaders: { Authorization: null } } : {}),
    });
  }

  /**
   * One vector a text, in the order of the texts.
   * @throws {EmbeddingError} by the policy in faults.ts; the signal's reason where it fired
   */
  async embed(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]> {
    const { model, timeoutSeconds } = this.server;
    // Not the SDK's own timeout: that one ends at the headers, and a body may hang as well.
    const timeout = AbortSignal.timeout(timeoutSeconds * 1000);
    try {
      // Asked for by name: where it is not, the SDK takes base64 for granted, and a server that sends numbers all the
      // same comes out as garbage.
      const request = { model, input: [...texts], encoding_format: 'base64' as const };
      const response = await this.#openai.embeddings.create(request, {
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
      return vectorsOf(response, texts.length);
    } catch (error) {
      signal?.throwIfAborted();
      if (timeout.aborted)
        throw new EmbeddingError('transient', `The embeddings server did not answer within ${timeoutSeconds} seconds.`);
      throw toEmbeddingError(error, timeoutSeconds);
    }
  }
}

/** Puts the vectors in the order of their `index`, and takes nothing on trust. */
function vectorsOf(response: Partial<CreateEmbeddingResponse> | string | null, count: number): Float32Array[] {
  const data: unknown = typeof response === 'object' ? response?.data : undefined;
  if (!Array.isArray(data)) throw broken('sent something that is no list of embeddings');
  if (data.length !== count) throw broken(`sent ${data.length} vectors for ${count} texts`);
  const vectors: (Float32Array | undefined)[] = new Array(count).fill(undefined);
  data.forEach((item: { index?: unknown; embedding?: unknown }, position) => {
    const index = item.index ?? position;
    if (!Number.isInteger(index) || (index as number) < 0 || (index as number) >= count || vectors[index as number])
      throw broken('numbered its vectors wrongly');
    vectors[index as number] = decode(item.embedding);
  });
  return vectors as Float32Array[];
}

/** base64 of little-endian float32, or plain numbers from servers that know no `encoding_format`. */
function decode(embedding: unknown): Float32Array {
  let vector: Float32Array | undefined;
  if (typeof embedding === 'string') {
    const bytes = Buffer.from(embedding, 'base64');
    if (bytes.length % 4 === 0)
      vector = Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
  } else if (Array.isArray(embedding) && embedding.every((value) => typeof value === 'number'))
    vector = Float32Array.from(embedding);
  if (vector === undefined || vector.length === 0 || !vector.every(Number.isFinite))
    throw broken('sent a vector that is not made of finite numbers');
  return vector;
}

function broken(what: string): EmbeddingError {
  return new EmbeddingError('transient', `The embeddings server ${what}.`);
}
