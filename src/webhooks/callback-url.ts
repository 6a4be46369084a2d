import { readTarget, type Target } from '../common/outside/target.js';

/**
 * Reads a callback URL.
 * @param allowedHosts WEBHOOK_ALLOWED_HOSTS: `host` or `host:port`
 * @throws {ForbiddenUrl} where it must not be called, as far as the URL alone tells
 */
export function readCallbackUrl(text: string, allowedHosts: readonly string[]): Target {
  return readTarget(text, {
    allowedHosts,
    variable: 'WEBHOOK_ALLOWED_HOSTS',
    example: 'hooks.example.com',
    insteadOfPassword: 'messages are signed instead',
  });
}

/** The URL for logs and answers: no user name, no password, the names of the query's parameters without their values. */
export function shownUrl(text: string): string {
  const url = new URL(text);
  const names = [...new Set(url.searchParams.keys())].map((name) => `${encodeURIComponent(name)}=…`);
  return `${url.protocol}//${url.host}${url.pathname}${names.length > 0 ? `?${names.join('&')}` : ''}`;
}
