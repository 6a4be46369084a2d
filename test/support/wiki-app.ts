import type { Role } from '../../src/wiki-app/user.js';
import { signUserToken } from '../../src/wiki-app/user-tokens.js';
import type { Answer, TestService } from './service.js';

export const JWT_SECRET = 'a secret for the tokens of the tests, long enough';

/** A valid token of somebody. */
export const tokenOf = (sub: string, role: Role = 'member') => signUserToken(JWT_SECRET, { sub, role }, 1);

/** Asks the wiki app as a user, by their token. */
export class Person {
  private constructor(
    private readonly app: () => TestService,
    private readonly token: string,
  ) {}

  /** @param app asked at each request: a test may start it anew */
  static async named(app: () => TestService, sub: string, role: Role = 'member'): Promise<Person> {
    return new Person(app, await tokenOf(sub, role));
  }

  ask<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    return this.app().request<T>(method, path, body, { authorization: `Bearer ${this.token}`, ...headers });
  }

  get<T = Record<string, unknown>>(path: string): Promise<Answer<T>> {
    return this.ask<T>('GET', path);
  }

  post<T = Record<string, unknown>>(path: string, body?: unknown): Promise<Answer<T>> {
    return this.ask<T>('POST', path, body);
  }
}
