import { type Config } from '../config/config.js';
import { LsaEmbedder } from './lsa/lsa.embedder.js';
import { OpenAiEmbedder } from './openai/openai.embedder.js';
import { type Embedder } from './types.js';

/** However long a server asks to wait, the run does not wait longer before it asks again. */
const MAX_WAIT_MS = 60_000;

/**
 * The embedder that the configuration asks for (EMBEDDER).
 * @throws {Error} for `onnx`, which is still to be built
 */
export function createEmbedder(config: Config): Embedder {
  if (config.EMBEDDER === 'onnx') throw new Error('EMBEDDER=onnx is not part of this build; lsa and openai are.');
  if (config.EMBEDDER !== 'openai') return new LsaEmbedder({ threads: config.CLUSTERING_THREADS });
  return new OpenAiEmbedder({
    server: {
      baseURL: config.OPENAI_BASE_URL,
      apiKey: config.OPENAI_API_KEY,
      model: config.EMBEDDING_MODEL,
      timeoutSeconds: config.LLM_TIMEOUT_SECONDS,
    },
    concurrency: config.LLM_CONCURRENCY,
    retry: {
      retries: config.MAX_CLUSTER_RETRIES,
      delayMs: config.RETRY_DELAY_SECONDS * 1000,
      maxDelayMs: MAX_WAIT_MS,
    },
  });
}
