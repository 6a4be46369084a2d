import { type Config } from '../config/config.js';
import { LsaEmbedder } from './lsa/lsa.embedder.js';
import { OnnxEmbedder } from './onnx/onnx.embedder.js';
import { OpenAiEmbedder } from './openai/openai.embedder.js';
import { type Embedder } from './types.js';

/** However long a server asks to wait, the run does not wait longer before it asks again. */
const MAX_WAIT_MS = 60_000;

/**
 * The embedder that the configuration asks for (EMBEDDER).
 * @throws {ConfigError} where ONNX_MODEL_DIR cannot be used
 */
export async function createEmbedder(config: Config): Promise<Embedder> {
  const threads = config.CLUSTERING_THREADS;
  if (config.EMBEDDER === 'lsa') return new LsaEmbedder({ threads });
  if (config.EMBEDDER === 'onnx') return OnnxEmbedder.open(config.ONNX_MODEL_DIR ?? '', { threads });
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
