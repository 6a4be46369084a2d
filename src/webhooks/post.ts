import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Network } from '../common/outside/network.js';
import { checkedAddresses } from '../common/outside/reach.js';
import type { Target } from '../common/outside/target.js';

const READ_AT_MOST = 4096;

export interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** The beginning of the body. */
  readonly text: string;
}

/** The receiver answered, and then the answer broke off. */
export class BrokenAnswer extends Error {
  override readonly name = 'BrokenAnswer';
  constructor(
    readonly status: number,
    cause: unknown,
  ) {
    super('the answer broke off', { cause });
  }
}

/**
 * Sends one POST. The name is looked up once, every address is checked, and the connection goes to a checked address.
 * Redirects are answers like any other; at most some KB of the body are read.
 * @throws {ForbiddenUrl} where the name leads to a forbidden address; {BrokenAnswer}; the signal's reason; Node's errors
 */
export async function post(
  target: Target,
  body: string,
  headers: Record<string, string>,
  network: Network,
  signal: AbortSignal,
): Promise<Reply> {
  signal.throwIfAborted();
  const addresses = await checkedAddresses(target, network, signal);
  const { url, trusted } = target;
  const secure = url.protocol === 'https:';
  const agent = network.agentFor({ secure, trusted, addresses });
  try {
    const request = (secure ? httpsRequest : httpRequest)(url, {
      method: 'POST',
      agent,
      signal,
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'user-agent': 'wikitag-webhooks',
        ...headers,
      },
    });
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve);
      request.on('error', reject); // for good: a socket may break after the answer as well
      request.once('close', () => reject(new Error('the connection was closed without an answer')));
    });
    request.end(body);
    const response = await answered;
    return {
      status: response.statusCode!,
      headers: response.headers,
      text: await beginningOf(response, signal),
    };
  } catch (error) {
    if (!(error instanceof BrokenAnswer)) signal.throwIfAborted();
    throw error;
  } finally {
    agent.destroy();
  }
}

/** @throws {BrokenAnswer} */
async function beginningOf(response: IncomingMessage, signal: AbortSignal): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= READ_AT_MOST) break;
    }
  } catch (error) {
    throw new BrokenAnswer(response.statusCode!, signal.aborted ? signal.reason : error);
  }
  return Buffer.concat(chunks).subarray(0, READ_AT_MOST).toString();
}
