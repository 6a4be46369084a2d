import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

export interface Received {
  readonly id: string;
  readonly type: string;
  readonly jobId: string;
}

/** A webhook endpoint that verifies what it gets and refuses every fourth delivery, so that there are retries. */
export class Receiver {
  readonly received: Received[] = [];
  /** Deliveries whose signature was wrong. */
  forged = 0;
  private deliveries = 0;
  private readonly server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const refused = ++this.deliveries % 4 === 0;
      if (!this.note(Buffer.concat(chunks).toString(), request.headers as Record<string, string>)) this.forged++;
      response.writeHead(refused ? 503 : 204, refused ? { 'retry-after': '1' } : {}).end();
    });
  });

  constructor(private readonly secret: string) {}

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/callback`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private note(body: string, headers: Record<string, string>): boolean {
    try {
      const event = new Webhook(this.secret).verify(body, headers) as { type: string; data: { job_id: string } };
      this.received.push({ id: headers['webhook-id']!, type: event.type, jobId: event.data.job_id });
      return true;
    } catch {
      return false;
    }
  }
}
