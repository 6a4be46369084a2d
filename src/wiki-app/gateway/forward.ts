import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import { ServiceFault } from '../service-fault.js';

/** Without a byte from the service, or to it. Event streams may be silent for as long as they like. */
const SILENCE_MS = 30_000;

/** What is passed on to the service; no cookie, no token, nothing that is about one connection only. */
const ASKED = ['accept', 'content-type', 'idempotency-key', 'if-none-match', 'last-event-id'];
/** Node sends the body of any other method without saying where it ends, and the service takes it for the next request. */
const WITH_BODY: ReadonlySet<string> = new Set(['POST', 'PUT']);
const ANSWERED = ['content-type', 'content-length', 'content-disposition', 'cache-control', 'etag', 'retry-after'];

/**
 * Passes a request on and the answer back, both as they come. Whoever goes away takes the other side along.
 * @param headers more headers for the service
 * @throws {ServiceFault} where there is no answer to pass on
 */
export async function forward(
  request: Request,
  response: Response,
  target: URL,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  if (response.destroyed) gone.abort(); // went away while it was being looked up who may do what
  const answer = await ask(request, target, headers, gone.signal);
  const status = answer.statusCode!;
  if (status === 401 || status === 403) {
    answer.destroy();
    throw ServiceFault.ofAnswer(status, {});
  }
  if (/^text\/event-stream/.test(answer.headers['content-type'] ?? '')) answer.socket.setTimeout(0);
  response.status(status);
  for (const name of ANSWERED) if (answer.headers[name] !== undefined) response.setHeader(name, answer.headers[name]);
  response.flushHeaders();
  await pipeline(answer, response).catch(() => undefined); // both ends are closed: that says it
}

async function ask(
  request: Request,
  target: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const isRead = Buffer.isBuffer(request.body); // and unpacked
  const passed = (isRead ? ASKED : [...ASKED, 'content-encoding']).flatMap((name) => {
    const value = request.headers[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  const { method } = request;
  const send = target.protocol === 'https:' ? httpsRequest : httpRequest;
  const upstream = send(target, { method, headers: { ...Object.fromEntries(passed), ...headers }, signal });
  upstream.on('error', () => {}); // also after the answer: a socket may break at any time
  upstream.setTimeout(SILENCE_MS, () => {
    const detail = `Nothing was heard of the tagging service for ${SILENCE_MS / 1000} s.`;
    upstream.destroy(new ServiceFault('slow', detail));
  });
  const answered = once(upstream, 'response') as Promise<[IncomingMessage]>;
  if (!WITH_BODY.has(method)) upstream.end();
  else if (isRead) upstream.end(request.body);
  else if (request.readableEnded) upstream.end();
  else request.pipe(upstream);
  try {
    return (await answered)[0];
  } catch (error) {
    throw ServiceFault.ofConnection(error);
  }
}
