import { type Config } from '../config/config.js';
import { KeywordsTagger } from './keywords/keywords-tagger.js';
import { type AnswerCache } from './llm/cache.js';
import { LlmTagger } from './llm/tagger.js';
import { type Tagger } from './types.js';

/** The tagger that the configuration asks for (TAGGER). */
export function createTagger(config: Config, { cache }: { readonly cache: AnswerCache }): Tagger {
  if (config.TAGGER === 'keywords') return new KeywordsTagger();
  return new LlmTagger({
    chat: {
      baseURL: config.OPENAI_BASE_URL,
      apiKey: config.OPENAI_API_KEY,
      model: config.TAG_MODEL,
      timeoutSeconds: config.LLM_TIMEOUT_SECONDS,
    },
    cache,
    concurrency: config.LLM_CONCURRENCY,
    retries: config.MAX_CLUSTER_RETRIES,
    retryDelayMs: config.RETRY_DELAY_SECONDS * 1000,
  });
}
