import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A receiver of webhooks on loopback: keeps what it gets, and answers as it is told to. */
export class Receiver {
  readonly received: Received[] = [];
  connections = 0;

  private constructor(private readonly server: Server) {}

  /** @param answer gives the answer to the `n`th request, from 1; it may leave it open */
  static async listen(answer: (response: ServerResponse, n: number) => void): Promise<Receiver> {
    const server = createServer(async (request, response) => {
      const body = Buffer.concat(await request.toArray()).toString();
      answer(response, receiver.received.push({ headers: request.headers, body }));
    });
    const receiver = new Receiver(server);
    server.on('connection', () => receiver.connections++);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  get url(): string {
    return `http://${this.host}/hook?token=query-secret`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** Answers with these statuses, one after the other; the last for all that follow. */
export const statuses =
  (...all: number[]) =>
  (response: ServerResponse, n: number): void => {
    response.writeHead(all[Math.min(n, all.length) - 1]).end('said the receiver');
  };
