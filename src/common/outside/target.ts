import { isIP } from 'node:net';
import { isForbiddenAddress } from './address.js';

const MAX_LENGTH = 2000;
/** One or more labels, as far as they may stand in a host name; the last one not a number. */
const NAME = /^([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+(?!\d+$)[a-z0-9-]{2,63}$/;
/** Names of this machine or of private networks (RFC 6761, 6762, 7686, 8375; ICANN's .internal). */
const PRIVATE_NAME = /(^|\.)(localhost|localdomain|local|internal|home\.arpa|onion)$/;

/** A URL that is not called, with the reason for people; never with a part of the URL. */
export class ForbiddenUrl extends Error {
  override readonly name = 'ForbiddenUrl';
}

/** Where somebody else told us to connect to. */
export interface Target {
  readonly url: URL;
  /** Host name or literal address, without brackets and final dot. */
  readonly host: string;
  /** The operator named it: it may have a private address. */
  readonly trusted: boolean;
}

/** Who calls, and how its messages speak of it. */
export interface Policy {
  /** `host` or `host:port` each: those that may be private. */
  readonly allowedHosts: readonly string[];
  /** The variable that holds them. */
  readonly variable: string;
  /** A host as it should be. */
  readonly example: string;
  /** What to do instead of writing a password into the URL. */
  readonly insteadOfPassword: string;
}

/**
 * Reads a URL, in whatever spelling: the URL parser turns every way to write a host into one.
 * @throws {ForbiddenUrl} where it must not be called, as far as the URL alone tells; names are looked up when it is called
 */
export function readTarget(text: string, policy: Policy): Target {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw new ForbiddenUrl('must be an http(s) URL');
  if (url.href.length > MAX_LENGTH) throw new ForbiddenUrl(`must have at most ${MAX_LENGTH} characters`);
  if (url.username !== '' || url.password !== '')
    throw new ForbiddenUrl(`must not hold a user name or password: ${policy.insteadOfPassword}`);
  url.hash = '';
  const host = bareHost(url.hostname);
  if (url.hostname.endsWith('.')) url.hostname = host;
  const trusted = policy.allowedHosts.some((entry) => matches(entry, host, portOf(url)));
  if (!trusted) refuseForbiddenHost(host, policy);
  return { url, host, trusted };
}

function refuseForbiddenHost(host: string, { variable, example }: Policy): void {
  const how = `Where that is meant, the operator names the host in ${variable}.`;
  if (isIP(host) !== 0) {
    if (!isForbiddenAddress(host)) return;
    throw new ForbiddenUrl(`must not lead to an address that is not of the public internet. ${how}`);
  }
  if (!NAME.test(host) || PRIVATE_NAME.test(host))
    throw new ForbiddenUrl(`must name a host of the public internet, such as ${example}. ${how}`);
}

function matches(entry: string, host: string, port: string): boolean {
  const [, name = '', onlyPort] = /^(.*?)(?::(\d+))?$/.exec(entry)!;
  const wanted = URL.canParse(`http://${name}`) ? bareHost(new URL(`http://${name}`).hostname) : undefined;
  return wanted === host && (onlyPort === undefined || onlyPort === port);
}

export const portOf = (url: URL) => url.port || (url.protocol === 'https:' ? '443' : '80');
export const bareHost = (hostname: string) => hostname.replace(/^\[|\]$|\.$/g, '');
