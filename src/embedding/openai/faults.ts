import { APIConnectionTimeoutError, APIError } from 'openai';
import { retryAfterMs } from '../../common/retries.js';
import { EmbeddingError } from '../errors.js';

/** Codes of a 429 that no waiting helps: the account is empty. */
const NO_CREDIT = /insufficient_(quota|balance)|billing_(hard_limit_reached|not_active)/i;
const WAIT_AND_RETRY = new Set([408, 409, 425, 429]);

/**
 * The fault policy of the embeddings server. Timeouts, broken connections, 408, 409, 425, 429 and 5xx are transient; a
 * refused key, an unknown model, an empty account and every other 4xx are permanent. Of what a server says only its
 * status and its error code are quoted, so that no key and no page text gets into logs.
 */
export function toEmbeddingError(error: unknown, timeoutSeconds: number): EmbeddingError {
  if (error instanceof EmbeddingError) return error;
  if (error instanceof APIConnectionTimeoutError)
    return new EmbeddingError('transient', `The embeddings server did not answer within ${timeoutSeconds} seconds.`);
  if (!(error instanceof APIError) || error.status === undefined)
    return new EmbeddingError(
      'transient',
      'The embeddings server could not be reached. Is OPENAI_BASE_URL right, and is it running?',
    );
  const { status } = error;
  const label = `${status}${error.code && /^\w{1,40}$/.test(error.code) ? ` ${error.code}` : ''}`;
  if (status === 402 || (status === 429 && NO_CREDIT.test(`${error.code} ${error.type}`)))
    return new EmbeddingError(
      'permanent',
      `The embeddings account has no credit left (${label}). Top it up, then resume the run.`,
    );
  if (WAIT_AND_RETRY.has(status) || status >= 500)
    return new EmbeddingError(
      'transient',
      `The embeddings server is overloaded or has a fault (${label}).`,
      retryAfterMs(error.headers),
    );
  if (status === 401 || status === 403)
    return new EmbeddingError(
      'permanent',
      `The embeddings server does not accept the key (${label}). Check OPENAI_API_KEY.`,
    );
  if (status === 404)
    return new EmbeddingError(
      'permanent',
      `The embeddings server does not know the model or the address (${label}). Check EMBEDDING_MODEL and OPENAI_BASE_URL.`,
    );
  return new EmbeddingError(
    'permanent',
    `The embeddings server rejected the request (${label}). Check EMBEDDING_MODEL.`,
  );
}
