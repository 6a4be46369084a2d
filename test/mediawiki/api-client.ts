// biome-ignore lint/suspicious/noExplicitAny: answers of the API, as each module gives them
type Answer = any;

/** MediaWiki's action API as a person's browser uses it: cookies, a token for what changes something, and nothing else. */
export class ApiClient {
  readonly #cookies = new Map<string, string>();
  #token: string | undefined;

  constructor(
    private readonly url: string,
    private readonly name: string,
    private readonly password: string,
  ) {}

  async reachable(): Promise<boolean> {
    return fetch(this.url).then(
      (response) => response.ok,
      () => false,
    );
  }

  /** @throws {Error} where the answer holds errors */
  async read(params: Record<string, string | number>): Promise<Answer> {
    return this.#send({ action: 'query', ...params });
  }

  /** A list of that name, over as many answers as it takes. */
  async readAll(params: Record<string, string | number>, list: string): Promise<Answer[]> {
    const found: Answer[] = [];
    for (let more: Record<string, string> | undefined = {}; more !== undefined; ) {
      const answer: Answer = await this.read({ ...params, ...more });
      found.push(...(answer.query?.[list] ?? []));
      more = answer.continue;
    }
    return found;
  }

  /** With a token; logs in the first time. @throws {Error} where the answer holds errors */
  async write(params: Record<string, string | number>): Promise<Answer> {
    if (this.#token === undefined) await this.#logIn();
    return this.#send({ ...params, token: this.#token! });
  }

  /** The next write logs in anew. */
  forgetLogin(): void {
    this.#cookies.clear();
    this.#token = undefined;
  }

  async #logIn(): Promise<void> {
    const { query } = await this.read({ meta: 'tokens', type: 'login' });
    const lgtoken = query.tokens.logintoken;
    const { login } = await this.#send({ action: 'login', lgname: this.name, lgpassword: this.password, lgtoken });
    if (login.result !== 'Success') throw new Error(`no login: ${JSON.stringify(login)}`);
    this.#token = (await this.read({ meta: 'tokens' })).query.tokens.csrftoken;
  }

  async #send(params: Record<string, string | number>): Promise<Answer> {
    const body = new URLSearchParams({ format: 'json', formatversion: '2', errorformat: 'plaintext' });
    for (const [key, value] of Object.entries(params)) body.set(key, String(value));
    const response = await fetch(this.url, {
      method: 'POST',
      headers: { cookie: [...this.#cookies].map((pair) => pair.join('=')).join('; ') },
      body,
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, key, value] = /^([^=]+)=([^;]*)/.exec(cookie)!;
      this.#cookies.set(key, value);
    }
    const answer: Answer = await response.json();
    if (answer.errors) throw new Error(`${params['action']}: ${JSON.stringify(answer.errors)}`);
    return answer;
  }
}
