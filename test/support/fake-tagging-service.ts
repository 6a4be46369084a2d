import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as the fake got it. */
export interface Got {
  readonly method: string;
  /** With the query. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Answering = (response: ServerResponse, got: Got) => void;

/** A fake tagging service on loopback, for what the real one does not do when asked: hang, break off, refuse. */
export class FakeTaggingService {
  readonly got: Got[] = [];
  /** Answers that their asker did not wait for. */
  abandoned = 0;
  private server: Server | undefined;
  private port = 0;

  /** @param answer gives the answer, or leaves it open; may be changed at any time */
  constructor(public answer: Answering) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Listens, again on the same port where it did before. */
  async listen(): Promise<this> {
    this.server = createServer(async (request, response) => {
      response.once('close', () => response.writableFinished || this.abandoned++);
      const chunks = await request.toArray().catch(() => undefined);
      if (chunks === undefined) return; // the asker went away in the middle of the body
      const { method = '', url = '', headers } = request;
      const got = { method, url, headers, body: Buffer.concat(chunks).toString() };
      this.got.push(got);
      this.answer(response, got);
    });
    await new Promise<void>((resolve) => this.server!.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.server.address() as AddressInfo).port;
    return this;
  }

  async close(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => this.server?.close(resolve));
  }
}

export const json =
  (status: number, body: object): Answering =>
  (response) => {
    const type = status < 400 ? 'application/json' : 'application/problem+json';
    response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body));
  };
