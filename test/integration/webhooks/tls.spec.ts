import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { endProcess } from '../../support/processes.js';
import { Outbox, SECRET } from './outbox.js';

const WORKER = fileURLToPath(new URL('../../support/webhook-deliverer.js', import.meta.url));

function hasOpenSsl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const suite = hasOpenSsl() ? describe : describe.skip;
suite('a receiver behind TLS (skipped where there is no openssl to make a certificate)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wikitag-tls-'));
  const certificate = join(folder, 'cert.pem');
  const received: { id: unknown; body: string; headers: Record<string, string> }[] = [];
  let outbox: Outbox;
  let server: Server;
  let host: string;
  beforeAll(async () => {
    const to = ['-keyout', join(folder, 'key.pem'), '-out', certificate];
    const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...to, ...subject], {
      stdio: 'ignore',
    });
    outbox = await Outbox.open();
    const key = readFileSync(join(folder, 'key.pem'));
    server = createServer({ key, cert: readFileSync(certificate) }, async (request, response) => {
      const body = Buffer.concat(await request.toArray()).toString();
      const headers = request.headers as Record<string, string>;
      received.push({ id: headers['webhook-id'], body, headers });
      response.writeHead(204).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => outbox.db.query('DELETE FROM webhooks'));
  afterEach(() => outbox.stop());
  afterAll(async () => {
    await outbox?.close();
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
  });

  it('gets nothing where nobody vouches for its certificate, and the log says why', async () => {
    const id = await outbox.add(`https://${host}/hook`);
    outbox.deliver([host], { times: { waitAfter: () => 3_600_000 } });
    const { attempts } = await outbox.untilTried(id, 1);
    expect(attempts).toMatchObject([{ status: null, error: expect.stringMatching(/certificate/) }]);
    expect(received).toEqual([]);
  });

  it('gets its messages where the system trusts it', async () => {
    const id = await outbox.add(`https://${host}/hook`);
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: certificate };
    const worker = spawn(process.execPath, [WORKER, outbox.databaseUrl, SECRET, host], { stdio: 'inherit', env });
    expect((await outbox.untilState(id, 'delivered')).attempts).toMatchObject([{ status: 204, error: null }]);
    await endProcess(worker, 'SIGTERM');
    expect(received.map((r) => r.id)).toEqual([id]);
    expect(new Webhook(SECRET).verify(received[0].body, received[0].headers)).toMatchObject({ data: {} });
  });
});
