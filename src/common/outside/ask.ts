import { type Agent, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** What to ask, and how much of an answer to wait for and to read. */
export interface Question {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** For all of it, to the end of the answer. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

export interface OutsideAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** The answer is longer than was agreed. */
export class TooLong extends Error {
  override readonly name = 'TooLong';
}

/**
 * One request through an agent that knows where it may go (`agentTo`). Redirects are answers like any other.
 * @throws {TooLong}; {DOMException} TimeoutError; the signal's reason; Node's errors
 */
export async function ask(agent: Agent, url: URL, question: Question, signal: AbortSignal): Promise<OutsideAnswer> {
  signal.throwIfAborted();
  const { method, headers, body, timeoutMs, maxBytes } = question;
  const both = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  try {
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
      method,
      agent,
      signal: both,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }) },
    });
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve);
      request.on('error', reject); // for good: a socket may break after the answer as well
      request.once('close', () => reject(new Error('the connection was closed without an answer')));
      request.end(body);
    });
    return { status: response.statusCode!, headers: response.headers, body: await wholeBody(response, maxBytes) };
  } catch (error) {
    both.throwIfAborted(); // says why, where Node's error only says that
    throw error;
  }
}

async function wholeBody(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > maxBytes) throw new TooLong(`the answer is longer than ${maxBytes} bytes`);
  }
  return Buffer.concat(chunks);
}
