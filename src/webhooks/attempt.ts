import type { Webhook } from 'standardwebhooks';
import type { Network } from '../common/outside/network.js';
import { ForbiddenUrl } from '../common/outside/target.js';
import { retryAfterMs } from '../common/retries.js';
import { readCallbackUrl } from './callback-url.js';
import type { AttemptResult, ClaimedMessage } from './deliveries.repository.js';
import { BrokenAnswer, post, type Reply } from './post.js';

const EXCERPT = 200;

/** The attempt took too long, or this process goes down: the message is for people. */
export class CutOff extends Error {
  override readonly name = 'CutOff';
}

/** What it takes to send messages. */
export interface Sender {
  readonly signer: Webhook;
  readonly network: Network;
  /** WEBHOOK_ALLOWED_HOSTS. */
  readonly allowedHosts: readonly string[];
}

/** How one attempt went; `retryAfterMs` where the receiver asked for time. */
export type Attempted = Omit<AttemptResult, 'duration_ms'> & { readonly retryAfterMs?: number };

/**
 * Signs a message (https://www.standardwebhooks.com) and sends it, once. Never throws: what went wrong is the result.
 * The URL is checked again here: it may have been accepted under other settings.
 */
export async function attempt(
  { webhook_id, url, payload }: ClaimedMessage,
  { signer, network, allowedHosts }: Sender,
  signal: AbortSignal,
): Promise<Attempted> {
  const { type, timestamp, data } = payload; // jsonb keeps no order
  const body = JSON.stringify({ type, timestamp, data });
  const now = new Date();
  const headers = {
    'webhook-id': webhook_id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': signer.sign(webhook_id, now, body),
  };
  try {
    const reply = await post(readCallbackUrl(url, allowedHosts), body, headers, network, signal);
    return judge(reply, [...secretsIn(url), headers['webhook-signature']]);
  } catch (error) {
    const status = error instanceof BrokenAnswer ? error.status : null;
    return { status, error: explain(error instanceof BrokenAnswer ? error.cause : error), response_excerpt: null };
  }
}

function judge({ status, headers, text }: Reply, secrets: readonly string[]): Attempted {
  if (status >= 200 && status < 300) return { status, error: null, response_excerpt: null };
  const redirect = status >= 300 && status < 400;
  return {
    status,
    error: redirect ? `redirects are not followed (${status})` : `the receiver answered ${status}`,
    response_excerpt: excerptOf(text, secrets),
    retryAfterMs: retryAfterMs(new Headers({ 'retry-after': headers['retry-after'] ?? '' })),
  };
}

/** What the receiver said, on one line, and without what it may have repeated of the request. */
function excerptOf(text: string, secrets: readonly string[]): string | null {
  const shown = secrets
    .reduce((rest, secret) => rest.replaceAll(secret, '…'), text)
    .replace(/[\p{Cc}\p{Cf}\p{Surrogate}\s]+/gu, ' ')
    .trim();
  return shown === '' ? null : [...shown].slice(0, EXCERPT).join('');
}

/** Values of the query, as they are and as they are written. */
function secretsIn(url: string): string[] {
  const { searchParams, search } = new URL(url);
  const written = search.split(/[?&]/).map((pair) => pair.slice(pair.indexOf('=') + 1));
  return [...searchParams.values(), ...written].filter((value) => value.length > 3);
}

/** What OpenSSL and Node call what is wrong with a certificate. */
const CERTIFICATE = /CERT|^UNABLE_TO_|^ERR_TLS_/;

/** For people, by code where there is one: Node's messages name addresses that are nobody's business. */
function explain(error: unknown): string {
  if (error instanceof ForbiddenUrl) return `refused: the callback URL ${error.message}`;
  if (error instanceof CutOff) return error.message;
  const { code, message } = Object(error) as { code?: unknown; message?: unknown };
  if (typeof code !== 'string') return `no answer: ${String(message).slice(0, 200)}`;
  return CERTIFICATE.test(code) ? `its certificate is not trusted here: ${code}` : `no answer: ${code}`;
}
