import type { LookupAddress } from 'node:dns';
import { lookup, Resolver } from 'node:dns/promises';
import { Agent, type AgentOptions } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import type { LookupFunction } from 'node:net';
import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent } from 'request-filtering-agent';
import { untilAborted } from '../retries.js';

/** The way out to other servers. Tests put another in its place, so that no packet leaves the machine. */
export interface Network {
  /** All addresses of a name. @throws where it has none, or where the signal fires */
  resolve(name: string, trusted: boolean, signal: AbortSignal): Promise<readonly LookupAddress[]>;
  /** Connects to one of `addresses` and nowhere else, whatever the name leads to by now. */
  agentFor(target: { secure: boolean; trusted: boolean; addresses: readonly LookupAddress[] }): Agent;
}

export const systemNetwork: Network = {
  /** Hosts that the operator named are looked up as this machine does it, /etc/hosts included; the others in DNS alone. */
  resolve: (name, trusted, signal) =>
    trusted ? untilAborted(lookup(name, { all: true }), signal) : resolveInDns(name, signal),

  agentFor: ({ secure, trusted, addresses }) => pickAgent(secure, trusted, { lookup: pinnedTo(addresses) }),
};

/** An agent that looks at the address once more, at the socket itself, where the host is not trusted. */
export function pickAgent(
  secure: boolean,
  trusted: boolean,
  options: AgentOptions & { lookup: LookupFunction },
): Agent {
  if (trusted) return secure ? new TlsAgent(options) : new Agent(options);
  return secure ? new RequestFilteringHttpsAgent(options) : new RequestFilteringHttpAgent(options);
}

/**
 * A and AAAA records of a name. Not by `lookup`: that holds one of libuv's four threads until the name server answers,
 * which a stranger's may take its time for.
 * @throws the error of the A query where there are neither, or the signal's reason
 */
export async function resolveInDns(
  name: string,
  signal: AbortSignal,
  resolver = new Resolver(),
): Promise<LookupAddress[]> {
  const cancel = () => resolver.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const [v4, v6] = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
    signal.throwIfAborted();
    const found = [...addressesOf(v4, 4), ...addressesOf(v6, 6)];
    if (found.length === 0 && v4.status === 'rejected') throw v4.reason;
    return found;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

const addressesOf = (answer: PromiseSettledResult<string[]>, family: 4 | 6): LookupAddress[] =>
  answer.status === 'fulfilled' ? answer.value.map((address) => ({ address, family })) : [];

/** A lookup that knows these addresses only. */
const pinnedTo =
  (addresses: readonly LookupAddress[]): LookupFunction =>
  (_name, { all }, done) =>
    all ? done(null, [...addresses]) : done(null, addresses[0].address, addresses[0].family);
