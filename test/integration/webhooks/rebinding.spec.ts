import { createSocket } from 'node:dgram';
import type { LookupAddress } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Network, resolveInDns, systemNetwork } from '../../../src/common/outside/network.js';
import { Receiver, statuses } from '../../support/receiver.js';
import { Outbox } from './outbox.js';

const PUBLIC = { address: '93.184.216.34', family: 4 };
const LOOPBACK = { address: '127.0.0.1', family: 4 };
const MAPPED = { address: '::ffff:127.0.0.1', family: 6 };

/** Stands in for the way out: notes where a connection would go, and makes none. */
class NoConnection extends Agent {
  override createConnection(): never {
    throw Object.assign(new Error('no way out of a test'), { code: 'ENETUNREACH' });
  }
}

/** A name server that changes its mind: each look-up gets the next answer, the last one for good. */
function rebinding(...answers: LookupAddress[][]) {
  const seen = { lookups: 0, targets: [] as LookupAddress[][] };
  const network: Network = {
    resolve: async () => answers[Math.min(seen.lookups++, answers.length - 1)],
    agentFor: (target) => {
      seen.targets.push([...target.addresses]);
      // loopback would really be connected to, so that the receiver counts what gets through
      return target.addresses.some((a) => a.address === PUBLIC.address)
        ? new NoConnection()
        : systemNetwork.agentFor(target);
    },
  };
  return { network, seen };
}

describe('names that lead to forbidden addresses', () => {
  let outbox: Outbox;
  let receiver: Receiver;
  beforeAll(async () => {
    outbox = await Outbox.open();
    receiver = await Receiver.listen(statuses(200));
  });
  afterEach(() => outbox.stop());
  afterAll(async () => {
    await receiver?.close();
    await outbox?.close();
  });

  const refused = 'refused: the callback URL must not name a host whose address is not of the public internet';

  it('are not connected to when a name server says public first and loopback then', async () => {
    const id = await outbox.add(`http://rebind.example.com:${receiver.port}/`);
    const { network, seen } = rebinding([PUBLIC], [LOOPBACK]);
    outbox.deliver([], { network, times: { waitAfter: (failures) => (failures < 3 ? 0 : 3_600_000) } });
    const { attempts } = await outbox.untilTried(id, 3);
    expect(attempts.map((a) => a.error)).toEqual([refused, refused, 'no answer: ENETUNREACH']);
    expect(seen).toEqual({ lookups: 3, targets: [[PUBLIC]] }); // one look-up an attempt: what was checked is what is used
    expect(receiver.connections).toBe(0);
  });

  it.each([
    ['mapped loopback', [MAPPED]],
    ['one bad address among good ones', [PUBLIC, LOOPBACK]],
    ['metadata', [{ address: '169.254.169.254', family: 4 }]],
  ])('are not connected to: %s', async (_what, answer) => {
    const id = await outbox.add(`http://rebind.example.com:${receiver.port}/`);
    const { network, seen } = rebinding(answer);
    outbox.deliver([], { network, times: { waitAfter: () => 3_600_000 } });
    expect((await outbox.untilTried(id, 1)).attempts).toMatchObject([{ status: null, error: refused }]);
    expect([seen.targets, receiver.connections]).toEqual([[], 0]);
  });

  it('are refused as literals too where the row was written under other settings', async () => {
    const id = await outbox.add(`http://127.0.0.1:${receiver.port}/`);
    outbox.deliver([], { times: { waitAfter: () => 3_600_000 } });
    const [{ error }] = (await outbox.untilTried(id, 1)).attempts;
    expect(error).toMatch(/^refused: the callback URL must not lead to an address/);
    expect(receiver.connections).toBe(0);
  });

  it('are refused by the agent at the socket as well, were the first look to fail', async () => {
    for (const addresses of [[LOOPBACK], [MAPPED], [PUBLIC, LOOPBACK]])
      for (const secure of [false, true]) {
        const agent = systemNetwork.agentFor({ secure, trusted: false, addresses });
        const url = `${secure ? 'https' : 'http'}://rebind.example.com:${receiver.port}/`;
        const failure = await new Promise<Error>((resolve) => {
          (secure ? httpsRequest : httpRequest)(url, { agent }).once('error', resolve).end();
        });
        expect(failure.message).toContain('is not allowed');
      }
    expect(receiver.connections).toBe(0);
  });

  it('may be private where the operator names them: looked up once, and only what was found is connected to', async () => {
    const id = await outbox.add(`http://wiki.internal:${receiver.port}/`);
    const { network, seen } = rebinding([LOOPBACK]);
    outbox.deliver([`wiki.internal:${receiver.port}`], { network });
    await outbox.untilState(id, 'delivered');
    expect(seen).toEqual({ lookups: 1, targets: [[LOOPBACK]] });
    expect(receiver.received.at(-1)?.headers.host).toBe(`wiki.internal:${receiver.port}`);
  });

  it('cannot hold an attempt up: a name server that never answers is cut off', async () => {
    const id = await outbox.add('http://slow.example.com/');
    const network = { ...systemNetwork, resolve: () => new Promise<never>(() => undefined) };
    outbox.deliver([], { network, times: { timeoutMs: 50, waitAfter: () => 3_600_000 } });
    const [{ error }] = (await outbox.untilTried(id, 1)).attempts;
    expect(error).toBe('no complete answer within 0.05 s');
  });
});

describe('resolveInDns', () => {
  /** A DNS server on loopback: A queries get `address`, the rest an empty answer; undefined: nothing gets an answer. */
  async function nameServer(address: string | undefined) {
    const socket = createSocket('udp4', (query, from) => {
      if (address === undefined) return;
      const isA = query.readUInt16BE(query.indexOf(0, 12) + 1) === 1;
      const question = query.subarray(12, query.indexOf(0, 12) + 5);
      const head = Buffer.from([...query.subarray(0, 2), 0x81, 0x80, 0, 1, 0, isA ? 1 : 0, 0, 0, 0, 0]);
      const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split('.').map(Number)]);
      socket.send(Buffer.concat([head, question, ...(isA ? [record] : [])]), from.port, from.address);
    }).bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const resolver = new Resolver();
    resolver.setServers([`127.0.0.1:${(socket.address() as AddressInfo).port}`]);
    return { resolver, close: () => socket.close() };
  }

  it('gives what the name server says', async () => {
    const { resolver, close } = await nameServer('93.184.216.34');
    const signal = new AbortController().signal;
    expect(await resolveInDns('hooks.example.com', signal, resolver)).toEqual([PUBLIC]);
    close();
  });

  it('ends with the reason of the signal', async () => {
    const { resolver, close } = await nameServer(undefined);
    const own = new AbortController();
    const looking = resolveInDns('hooks.example.com', own.signal, resolver);
    own.abort(new Error('too long'));
    await expect(looking).rejects.toThrow('too long');
    close();
  });
});
