import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ask, type Question, TooLong } from '../../src/common/outside/ask.js';
import type { Network } from '../../src/common/outside/network.js';
import { agentTo } from '../../src/common/outside/reach.js';
import { ForbiddenUrl, readTarget } from '../../src/common/outside/target.js';
import { Receiver, statuses } from '../support/receiver.js';

const LOOPBACK = { address: '127.0.0.1', family: 4 };
const PUBLIC = { address: '93.184.216.34', family: 4 };
const SIGNAL = new AbortController().signal;
const GET: Question = { method: 'GET', headers: {}, timeoutMs: 5_000, maxBytes: 1000 };

describe('the way to a server that somebody else named', () => {
  const closers: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });

  async function server(answer: (response: ServerResponse, n: number) => void = statuses(200)): Promise<Receiver> {
    const receiver = await Receiver.listen(answer);
    closers.push(() => receiver.close());
    return receiver;
  }
  /** An agent for a URL, and how often its name was looked up. */
  function way(url: string, allowedHosts: string[], addresses = [LOOPBACK]) {
    const seen = { lookups: 0 };
    const network: Pick<Network, 'resolve'> = {
      resolve: async () => {
        seen.lookups++;
        return addresses;
      },
    };
    const policy = { allowedHosts, variable: 'HOSTS', example: 'x.example.com', insteadOfPassword: 'none' };
    const agent = agentTo(readTarget(url, policy), network);
    closers.push(() => agent.destroy());
    return { agent, seen };
  }

  it('keeps its connection, and looks the name up once for it', async () => {
    const receiver = await server();
    const url = `http://wiki.internal:${receiver.port}/a`;
    const { agent, seen } = way(url, ['wiki.internal']);
    for (let i = 0; i < 3; i++) expect((await ask(agent, new URL(url), GET, SIGNAL)).status).toBe(200);
    expect([seen.lookups, receiver.connections, receiver.received.length]).toEqual([1, 1, 3]);
  });

  it.each([[[LOOPBACK]], [[PUBLIC, LOOPBACK]], [[{ address: '::ffff:127.0.0.1', family: 6 }]]])(
    'is closed where the name leads to %j',
    async (addresses) => {
      const receiver = await server();
      const url = `http://wiki.example.com:${receiver.port}/`;
      const { agent } = way(url, [], addresses);
      await expect(ask(agent, new URL(url), GET, SIGNAL)).rejects.toThrow(ForbiddenUrl);
      expect(receiver.connections).toBe(0);
    },
  );

  it('leads to one server: no redirect is followed, and another host or port is refused', async () => {
    const [one, other] = [await server(statuses(302)), await server()];
    const { agent } = way(`http://${one.host}/`, [one.host, other.host]);
    expect((await ask(agent, new URL(`http://${one.host}/`), GET, SIGNAL)).status).toBe(302);
    for (const url of [`http://${other.host}/`, `http://localhost:${one.port}/`])
      await expect(ask(agent, new URL(url), GET, SIGNAL)).rejects.toThrow('leads to another server');
    expect(other.connections).toBe(0);
  });

  it('ends where the answer is too long, too late, cut off, or no longer wanted', async () => {
    const long = await server((response) => response.end('x'.repeat(2_000)));
    const late = await server((response) => void response.writeHead(200).write('x'));
    const cut = await server((response) => void response.socket?.destroy());
    const own = new AbortController();
    const get = ({ host }: Receiver, question: Partial<Question> = {}) => {
      const url = `http://${host}/`;
      return ask(way(url, [host]).agent, new URL(url), { ...GET, ...question }, own.signal);
    };
    await expect(get(long)).rejects.toThrow(TooLong);
    await expect(get(late, { timeoutMs: 100 })).rejects.toMatchObject({ name: 'TimeoutError' });
    await expect(get(cut)).rejects.toThrow();
    const waiting = get(late);
    await once(late['server'], 'request');
    own.abort(new Error('not wanted'));
    await expect(waiting).rejects.toThrow('not wanted');
    await expect(get(long)).rejects.toThrow('not wanted');
  });
});
