import { APIConnectionTimeoutError, APIError, OpenAIError } from 'openai';
import { retryAfterMs } from '../../common/retries.js';
import { TaggingError } from '../types.js';

/** However long a server asks to wait: longer than this, and the group's retries are better spent asking again. */
export const MAX_WAIT_MS = 60_000;

/**
 * The fault policy of the LLM, all of it. Three outcomes: `transient`, asked again after a wait; `permanent`, this group
 * is given up and the others go on; `fatal`, every group would fail the same way, so the session stops asking.
 *
 * | fault | outcome |
 * |---|---|
 * | timeout, connection refused, reset or cut off, DNS | transient |
 * | 429 | transient, after `Retry-After` |
 * | 429 with insufficient_quota, 402 | fatal: nobody pays any more |
 * | 408, 409, 425, 5xx (503 and 529: overloaded) | transient, after `Retry-After` where given |
 * | 401, 403; 404 and unknown model | fatal: wrong key, address or model |
 * | other 4xx: text too long, content filter, bad request | permanent |
 * | refusal or content filter in the answer | permanent |
 * | answer broken, empty, cut off, not of the schema, without a usable tag | transient, at once: a re-ask is a retry |
 *
 * Messages are for people. They never hold a key, an address with a password or a piece of a page: of what a server
 * says they quote only its error code. For the same reason no raw error of the SDK travels along as the cause.
 *
 * @param error what a call of the SDK threw
 */
export function toTaggingError(error: unknown, timeoutSeconds: number): TaggingError {
  if (error instanceof TaggingError) return error;
  if (error instanceof TimeoutError || error instanceof APIConnectionTimeoutError) {
    return new TaggingError('transient', `The language model did not answer within ${timeoutSeconds} seconds.`);
  }
  if (error instanceof APIError && error.status !== undefined) return statusFault(error, error.status);
  const code = systemCode(error);
  const why = code ? ` (${code})` : '';
  const what = error instanceof OpenAIError ? 'could not be reached' : 'broke off in the middle of its answer';
  return new TaggingError(
    'transient',
    `The language model's server ${what}${why}. Is OPENAI_BASE_URL right, and is it running?`,
  );
}

/** A call that took longer than LLM_TIMEOUT_SECONDS. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
}

/** A fault in the answer itself: waiting would not help, asking again may. */
export function answerFault(message: string): TaggingError {
  return new TaggingError('transient', message, 0);
}

/** For `withRetries`: the server's own wait, or backoff, but never longer than a minute; null for what no retry can help. */
export function waitBeforeRetry(error: unknown, backoffMs: number): number | null {
  if (!(error instanceof TaggingError) || error.kind !== 'transient') return null;
  return Math.min(error.retryAfterMs ?? backoffMs, MAX_WAIT_MS);
}

// Codes and types only: OpenAI's everyday 429 speaks of billing in its message, and Gemini's of quota.
const NO_CREDIT = /insufficient_(quota|balance)|billing_(hard_limit_reached|not_active)/i;
const FILTERED = /content_filter|content_policy|moderation|flagged|responsible_?ai/i;
const BAD_KEY_OR_MODEL = /api.?key|model_not_found|not a valid model|\bmodel\b.{0,80}(not found|does not exist)/i;
const TOO_LONG = /context.?(length|window|size)|too.?long|too many tokens|string_above_max_length/i;

function statusFault(error: APIError, status: number): TaggingError {
  const label = `${status}${error.code && /^\w{1,40}$/.test(error.code) ? ` ${error.code}` : ''}`;
  if (status === 402 || (status === 429 && NO_CREDIT.test(`${error.code} ${error.type}`))) {
    return new TaggingError(
      'fatal',
      `The language model's account has no credit left (${label}). Top it up, then resume the run.`,
    );
  }
  if (status === 429) {
    const message = 'The language model asks for fewer requests (429). Lower LLM_CONCURRENCY if it stays so.';
    return new TaggingError('transient', message, retryAfterMs(error.headers));
  }
  if (status >= 500 || status === 408 || status === 409 || status === 425) {
    const message = `The language model's server has a fault or is overloaded (${label}).`;
    return new TaggingError('transient', message, retryAfterMs(error.headers));
  }
  const said = saidBy(error);
  if (status === 401 || (status === 403 && !FILTERED.test(said))) {
    return new TaggingError(
      'fatal',
      `The language model does not accept the key (${label}). Check OPENAI_API_KEY, then resume the run.`,
    );
  }
  if (status === 404 || BAD_KEY_OR_MODEL.test(said)) {
    const check = 'Check TAG_MODEL, OPENAI_BASE_URL and OPENAI_API_KEY, then resume the run.';
    return new TaggingError('fatal', `The server does not know the language model or the key (${label}). ${check}`);
  }
  if (FILTERED.test(said)) {
    return new TaggingError('permanent', `The language model's content filter refused the group's pages (${label}).`);
  }
  if (status === 413 || TOO_LONG.test(said)) {
    const message = `The group's pages are too long for the language model (${label}). Take a model with a longer context.`;
    return new TaggingError('permanent', message);
  }
  return new TaggingError('permanent', `The language model's server rejected the request (${label}).`);
}

/** A 400 or 422 for none of the known reasons: perhaps the server does not take this form of request. */
export function isUnexplainedRejection(error: unknown): error is APIError {
  if (!(error instanceof APIError) || (error.status !== 400 && error.status !== 422)) return false;
  return ![FILTERED, BAD_KEY_OR_MODEL, TOO_LONG].some((reason) => reason.test(saidBy(error)));
}

function saidBy(error: APIError): string {
  return `${error.code ?? ''} ${error.type ?? ''} ${error.message}`;
}

/** The system's code of a failed connection, such as ECONNREFUSED, from the chain of causes. */
function systemCode(error: unknown): string | undefined {
  const { code, cause } = Object(error) as { code?: unknown; cause?: unknown };
  if (typeof code === 'string' && /^[A-Z0-9_]{3,40}$/.test(code)) return code;
  return cause === undefined ? undefined : systemCode(cause);
}
