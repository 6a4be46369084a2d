import type { Agent } from 'node:http';
import type { z } from 'zod';
import { ask, type OutsideAnswer, TooLong } from '../../common/outside/ask.js';
import { ForbiddenUrl } from '../../common/outside/target.js';
import { retryAfterMs } from '../../common/retries.js';
import { WikiFault, type WikiFaultKind } from '../faults.js';

const TIMEOUT_MS = 30_000;
const MAX_BYTES = 32 * 2 ** 20;
const NOT_THE_PROTOCOL = 'does not answer as docs/connectors.md says a wiki must';

/** Statuses that mean the same wherever they come. */
const BY_STATUS: Readonly<Record<number, readonly [WikiFaultKind, string]>> = {
  401: ['unauthorized', 'The wiki does not take the token: set a new one.'],
  409: ['conflict', 'The page has been changed meanwhile.'],
  412: ['conflict', 'The page has been changed meanwhile.'],
  423: ['protected', 'The wiki has locked the page.'],
  429: ['rate_limited', 'The wiki asks for fewer requests.'],
  503: ['read_only', 'The wiki takes no edits now.'],
};

/** Requests to one wiki. Every answer that is not the one hoped for is a `WikiFault`. */
export class HttpWikiClient {
  /** @param agent goes to the wiki and nowhere else */
  constructor(
    private readonly base: URL,
    private readonly token: string,
    private readonly agent: Agent,
  ) {}

  /** @throws {WikiFault} */
  async get<T extends z.ZodType>(path: string, answer: T, signal: AbortSignal): Promise<z.output<T>> {
    return read(await this.send('GET', path, signal), answer);
  }

  /** Undefined where there is no such thing. @throws {WikiFault} */
  async find<T extends z.ZodType>(path: string, answer: T, signal: AbortSignal): Promise<z.output<T> | undefined> {
    const reply = await this.send('GET', path, signal);
    return reply.status === 404 || reply.status === 410 ? undefined : read(reply, answer);
  }

  /** @throws {WikiFault} */
  async put<T extends z.ZodType>(
    path: string,
    body: object,
    headers: Readonly<Record<string, string>>,
    answer: T,
    signal: AbortSignal,
  ): Promise<z.output<T>> {
    return read(await this.send('PUT', path, signal, JSON.stringify(body), headers), answer);
  }

  private async send(
    method: string,
    path: string,
    signal: AbortSignal,
    body?: string,
    more: Readonly<Record<string, string>> = {},
  ): Promise<OutsideAnswer> {
    const url = new URL(this.base);
    url.pathname = url.pathname.replace(/\/$/, '') + path.replace(/\?.*$/, '');
    const query = /\?(.*)$/.exec(path)?.[1];
    if (query !== undefined) url.search = query;
    const headers = {
      authorization: `Bearer ${this.token}`,
      accept: 'application/json',
      'user-agent': 'wikitag',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...more,
    };
    try {
      return await ask(this.agent, url, { method, headers, body, timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES }, signal);
    } catch (error) {
      signal.throwIfAborted();
      throw unanswered(error);
    }
  }
}

function unanswered(error: unknown): WikiFault {
  const fault = (kind: WikiFaultKind, message: string) => new WikiFault(kind, message, undefined, { cause: error });
  if (error instanceof ForbiddenUrl) return fault('misconfigured', `The wiki’s URL ${error.message}.`);
  if (error instanceof TooLong) return fault('misconfigured', `What the wiki answers is too long: ${error.message}.`);
  const { code, name } = error as NodeJS.ErrnoException;
  const why = name === 'TimeoutError' ? `no complete answer within ${TIMEOUT_MS / 1000} s` : (code ?? 'no answer');
  return fault('unreachable', `The wiki cannot be reached (${why}).`);
}

function read<T extends z.ZodType>(reply: OutsideAnswer, answer: T): z.output<T> {
  if (reply.status < 200 || reply.status >= 300) throw refusal(reply);
  const parsed = answer.safeParse(json(reply.body));
  if (parsed.success) return parsed.data;
  const [{ path, message }] = parsed.error.issues;
  throw new WikiFault('misconfigured', `The wiki ${NOT_THE_PROTOCOL}: ${path.join('.') || 'the answer'}: ${message}.`);
}

function json(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

function refusal({ status, headers }: OutsideAnswer): WikiFault {
  const after = retryAfterMs(new Headers({ 'retry-after': headers['retry-after'] ?? '' }));
  const seconds = after === undefined ? undefined : Math.ceil(after / 1000);
  const known = BY_STATUS[status];
  if (known !== undefined) return new WikiFault(known[0], known[1], seconds);
  if (status >= 500) return new WikiFault('unreachable', `The wiki has a fault (it answered ${status}).`, seconds);
  if (status === 403) return new WikiFault('protected', 'The wiki does not let this token do that.');
  if (status === 404 || status === 410) return new WikiFault('gone', 'There is no such page any more.');
  if (status === 400 || status === 422) return new WikiFault('refused', `The wiki refused it (it answered ${status}).`);
  return new WikiFault('misconfigured', `The wiki ${NOT_THE_PROTOCOL}: it answered ${status}.`);
}
