import { isIP } from 'node:net';
import { isForbiddenAddress } from './address.js';

const MAX_LENGTH = 2000;
/** One or more labels, as far as they may stand in a host name; the last one not a number. */
const NAME = /^([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+(?!\d+$)[a-z0-9-]{2,63}$/;
/** Names of this machine or of private networks (RFC 6761, 6762, 7686, 8375; ICANN's .internal). */
const PRIVATE_NAME = /(^|\.)(localhost|localdomain|local|internal|home\.arpa|onion)$/;

/** A callback URL that is not called, with the reason for people; never with a part of the URL. */
export class ForbiddenUrl extends Error {
  override readonly name = 'ForbiddenUrl';
}

export interface CallbackTarget {
  readonly url: URL;
  /** Host name or literal address, without brackets and final dot. */
  readonly host: string;
  /** WEBHOOK_ALLOWED_HOSTS names it: it may have a private address. */
  readonly trusted: boolean;
}

/**
 * Reads a callback URL, in whatever spelling: the URL parser turns every way to write a host into one.
 * @param allowedHosts WEBHOOK_ALLOWED_HOSTS: `host` or `host:port`
 * @throws {ForbiddenUrl} where it must not be called, as far as the URL alone tells; names are looked up when it is called
 */
export function readCallbackUrl(text: string, allowedHosts: readonly string[]): CallbackTarget {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw new ForbiddenUrl('must be an http(s) URL');
  if (url.href.length > MAX_LENGTH) throw new ForbiddenUrl(`must have at most ${MAX_LENGTH} characters`);
  if (url.username !== '' || url.password !== '')
    throw new ForbiddenUrl('must not hold a user name or password: messages are signed instead');
  url.hash = '';
  const host = bareHost(url.hostname);
  if (url.hostname.endsWith('.')) url.hostname = host;
  const trusted = allowedHosts.some((entry) => matches(entry, host, portOf(url)));
  if (!trusted) refuseForbiddenHost(host);
  return { url, host, trusted };
}

function refuseForbiddenHost(host: string): void {
  const how = 'Where that is meant, the operator names the host in WEBHOOK_ALLOWED_HOSTS.';
  if (isIP(host) !== 0) {
    if (!isForbiddenAddress(host)) return;
    throw new ForbiddenUrl(`must not lead to an address that is not of the public internet. ${how}`);
  }
  if (!NAME.test(host) || PRIVATE_NAME.test(host))
    throw new ForbiddenUrl(`must name a host of the public internet, such as hooks.example.com. ${how}`);
}

/** The URL for logs and answers: no user name, no password, the names of the query's parameters without their values. */
export function shownUrl(text: string): string {
  const url = new URL(text);
  const names = [...new Set(url.searchParams.keys())].map((name) => `${encodeURIComponent(name)}=…`);
  return `${url.protocol}//${url.host}${url.pathname}${names.length > 0 ? `?${names.join('&')}` : ''}`;
}

function matches(entry: string, host: string, port: string): boolean {
  const [, name = '', onlyPort] = /^(.*?)(?::(\d+))?$/.exec(entry)!;
  const wanted = URL.canParse(`http://${name}`) ? bareHost(new URL(`http://${name}`).hostname) : undefined;
  return wanted === host && (onlyPort === undefined || onlyPort === port);
}

const portOf = (url: URL) => url.port || (url.protocol === 'https:' ? '443' : '80');
const bareHost = (hostname: string) => hostname.replace(/^\[|\]$|\.$/g, '');
