import type { Agent } from 'node:http';
import { Writable } from 'node:stream';
import { type ApiParams, Mwn } from 'mwn';
import { ForbiddenUrl } from '../../common/outside/target.js';
import { retryAfterMs, untilAborted } from '../../common/retries.js';
import { WikiFault, type WikiFaultKind } from '../faults.js';
import { type ApiError, faultOf, httpFault } from './faults.js';
import type { LiveWikiSettings } from './settings.js';

const USER_AGENT = 'wikitag (https://www.mediawiki.org/wiki/API:Etiquette; tags pages for the admins of this wiki)';
const REQUEST_MS = 60_000;
const ANSWER_BYTES = 64 * 2 ** 20;
/** Seconds that the wiki's database replicas may lag behind before it sends us away. */
const MAX_LAG = 5;
/** The session has come to its end; a new login may help. */
const LOGGED_OUT = new Set([
  'assertuserfailed',
  'assertbotfailed',
  'assertnameduserfailed',
  'mwoauth-invalid-authorization',
]);

// Its log would go to standard output, with requests in it.
Mwn.setLoggingConfig({ stream: new Writable({ write: (_chunk, _encoding, done) => done() }) as never });

/** An answer of the action API, `formatversion=2`. */
// biome-ignore lint/suspicious/noExplicitAny: each module of the API has an answer of its own; who asks knows which
export type Answer = any;

/**
 * A login in a wiki and the requests under it. `mwn` does the cookies, the login and the encoding; its retries are off, so
 * each call is one request, but for two things that only this place can mend: an ended session (logs in again, once) and a
 * token that is no longer good (gets a new one, once).
 */
export class Session {
  readonly #bot: Mwn;
  #login: Promise<void> | undefined;
  /** `assert` for each request: that we are still logged in, as a bot where the account is one. */
  #assert: 'user' | 'bot' = 'user';

  /** @param agent leads to the wiki's host and nowhere else */
  constructor(
    private readonly settings: LiveWikiSettings,
    agent: Agent,
  ) {
    this.#bot = new Mwn({
      apiUrl: settings.api_url,
      username: settings.username,
      password: settings.password,
      userAgent: USER_AGENT,
      silent: true,
      suppressAPIWarnings: true,
      maxRetries: 0,
      defaultParams: { format: 'json', formatversion: '2', errorformat: 'plaintext', maxlag: MAX_LAG },
    });
    this.#bot.setRequestOptions({
      httpAgent: agent,
      httpsAgent: agent,
      proxy: false, // axios would take one from the environment, and with it another way out
      maxRedirects: 0,
      timeout: REQUEST_MS,
      maxContentLength: ANSWER_BYTES,
    });
  }

  /** The account's name, without what names the bot password. */
  get account(): string {
    return this.settings.username.replace(/@[^@]*$/, '').replaceAll('_', ' ');
  }

  /** From now on each request demands that the account is a bot. */
  assertBot(): void {
    this.#assert = 'bot';
  }

  /**
   * @param params of the API; true is given as `1`, lists joined by `|`
   * @throws {WikiFault}; the signal's reason
   */
  async call(params: ApiParams, signal: AbortSignal): Promise<Answer> {
    for (let second = false; ; second = true) {
      await this.#loggedIn(signal);
      const login = this.#login;
      try {
        return await this.#request({ ...params, assert: this.#assert }, signal);
      } catch (error) {
        const ended = error instanceof ApiRefusal && error.errors.some(({ code }) => LOGGED_OUT.has(code));
        if (!ended || second) throw asFault(error, signal, params.action === 'edit' ? 'refused' : 'misconfigured');
        if (this.#login === login) this.#login = undefined; // unless another call has logged in again already
      }
    }
  }

  /** A request that changes something: with a token. */
  async write(params: ApiParams, signal: AbortSignal): Promise<Answer> {
    await this.#loggedIn(signal);
    for (let second = false; ; second = true) {
      try {
        // Read anew each time: a login in between brings a new one.
        return await this.call({ ...params, token: this.#bot.csrfToken }, signal);
      } catch (error) {
        const stale = error instanceof WikiFault && error.cause instanceof ApiRefusal && error.cause.has('badtoken');
        if (!stale || second) throw error;
        await this.#freshToken(signal);
      }
    }
  }

  async #freshToken(signal: AbortSignal): Promise<void> {
    const { query } = await this.call({ action: 'query', meta: 'tokens', type: 'csrf' }, signal);
    this.#bot.csrfToken = query.tokens.csrftoken;
  }

  async #loggedIn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#login ??= this.#logIn();
    try {
      await untilAborted(this.#login, signal);
    } catch (error) {
      if (!signal.aborted) this.#login = undefined;
      throw asFault(error, signal);
    }
  }

  async #logIn(): Promise<void> {
    // With the cookies of a bot password's session MediaWiki takes no login.
    await this.#bot.cookieJar.removeAllCookies();
    await this.#bot.login().catch((error) => {
      throw refusalOf(error);
    });
  }

  async #request(params: ApiParams, signal: AbortSignal): Promise<Answer> {
    // Whatever may be long goes by POST; `mwn` takes GET for queries.
    return this.#bot.request(params, { signal, method: params.action === 'query' ? 'get' : 'post' }).catch((error) => {
      throw refusalOf(error);
    });
  }
}

/** Errors in an answer of the API. Holds nothing of the request, where the password may stand. */
class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';

  constructor(
    readonly errors: readonly ApiError[],
    readonly retryAfterSeconds: number | undefined,
  ) {
    super(errors.map(({ code }) => code).join(', '));
  }

  has(code: string): boolean {
    return this.errors.some((error) => error.code === code);
  }
}

/** What `mwn` or axios threw, without the request that they put into their errors. */
function refusalOf(error: unknown): Error {
  const { code, info, response } = Object(error) as { code?: string; info?: string; response?: Answer };
  const seconds = secondsOf(response?.headers?.['retry-after']);
  const errors: ApiError[] | undefined = response?.data?.errors;
  if (errors?.length) return new ApiRefusal(errors, seconds);
  const login = response?.login ?? response?.data?.login;
  if (login?.reason)
    return new ApiRefusal([{ code: login.reason.code ?? 'mwn_failedlogin', text: login.reason.text }], seconds);
  if (code === 'invalidjson') return httpFault(200);
  if (typeof response?.status === 'number') return httpFault(response.status, seconds);
  if (code?.startsWith('mwn_')) return new ApiRefusal([{ code, text: info }], undefined);
  return connectionFault(error, code);
}

function connectionFault(error: unknown, code: string | undefined): Error {
  const forbidden = [error, (error as Error)?.cause].find((one) => one instanceof ForbiddenUrl);
  if (forbidden) return new WikiFault('misconfigured', `The wiki’s address ${(forbidden as Error).message}`);
  return new WikiFault('unreachable', `The wiki does not answer (${code ?? 'no connection'}).`);
}

function asFault(error: unknown, signal: AbortSignal, otherwise: WikiFaultKind = 'unauthorized'): unknown {
  signal.throwIfAborted();
  return error instanceof ApiRefusal
    ? faultOf(error.errors, { retryAfterSeconds: error.retryAfterSeconds, cause: error, otherwise })
    : error;
}

function secondsOf(header: unknown): number | undefined {
  const ms = typeof header === 'string' ? retryAfterMs(new Headers({ 'retry-after': header })) : undefined;
  return ms === undefined ? undefined : Math.ceil(ms / 1000);
}
