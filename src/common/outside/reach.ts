import type { LookupAddress } from 'node:dns';
import type { Agent } from 'node:http';
import { isIP, type LookupFunction } from 'node:net';
import { untilAborted } from '../retries.js';
import { isForbiddenAddress } from './address.js';
import { type Network, pickAgent } from './network.js';
import { bareHost, ForbiddenUrl, portOf, type Target } from './target.js';

const LOOKUP_MS = 10_000;
const SOCKETS = 4;

/**
 * Looks the name up once and checks every address.
 * @throws {ForbiddenUrl} where one is forbidden; the signal's reason; what the look-up says
 */
export async function checkedAddresses(
  { host, trusted }: Target,
  network: Pick<Network, 'resolve'>,
  signal: AbortSignal,
): Promise<readonly LookupAddress[]> {
  const addresses =
    isIP(host) === 0
      ? await untilAborted(network.resolve(host, trusted, signal), signal)
      : [{ address: host, family: isIP(host) }];
  if (addresses.length === 0) throw new Error('the name has no address');
  if (!trusted && addresses.some(({ address }) => isForbiddenAddress(address)))
    throw new ForbiddenUrl('must not name a host whose address is not of the public internet');
  return addresses;
}

/**
 * An agent that keeps its connections, for many requests to one server. It connects to that host and port and to no other,
 * so a redirect leads nowhere; each connection looks the name up anew and goes to an address that was checked.
 * The caller destroys it.
 */
export function agentTo(target: Target, network: Pick<Network, 'resolve'>): Agent {
  const lookup: LookupFunction = (_name, { all }, done) => {
    checkedAddresses(target, network, AbortSignal.timeout(LOOKUP_MS)).then(
      (found) => (all ? done(null, [...found]) : done(null, found[0].address, found[0].family)),
      (error: Error) => done(error, []),
    );
  };
  const secure = target.url.protocol === 'https:';
  const agent = pickAgent(secure, target.trusted, { lookup, keepAlive: true, maxSockets: SOCKETS });
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, done) => {
    const { host, port } = options as { host?: string | null; port?: number | string | null };
    if (bareHost(host ?? '') !== target.host || String(port) !== portOf(target.url))
      throw new ForbiddenUrl('leads to another server');
    return connect(options, done);
  };
  return agent;
}
