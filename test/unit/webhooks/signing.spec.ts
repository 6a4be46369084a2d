import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { readConfig } from '../../../src/config/config.js';
import { createSigner } from '../../../src/webhooks/signing.js';
import { type DataFolder, dataFolder } from '../../support/data-folder.js';

const NOW = new Date();
const DATABASE = { DATABASE_URL: 'postgres://localhost/x', API_KEYS: 'a-key-for-tests' };
const verifies = (verifier: Webhook, signature: string) =>
  verifier.verify('{"a":1}', {
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(Math.floor(NOW.getTime() / 1000)),
    'webhook-signature': signature,
  });

describe('the webhook secret', () => {
  let folder: DataFolder | undefined;
  afterEach(() => folder?.remove());

  it.each([
    ['base64', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', (s: string) => new Webhook(s)],
    ['base64 with its prefix', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', (s: string) => new Webhook(s)],
    ['plain bytes', 'correct horse battery!', (s: string) => new Webhook(s, { format: 'raw' })],
  ])('may be %s', (_name, secret, verifier) => {
    const signer = createSigner(readConfig({ ...DATABASE, WEBHOOK_SECRET: secret }))!;
    expect(verifies(verifier(secret), signer.sign('msg_1', NOW, '{"a":1}'))).toEqual({ a: 1 });
    expect(() => verifies(new Webhook('b3RoZXIgc2VjcmV0'), signer.sign('msg_1', NOW, '{"a":1}'))).toThrow();
  });

  it('is made once with the embedded database, and kept for its owner alone', () => {
    folder = dataFolder();
    const config = readConfig({ DATA_DIR: folder.path });
    const first = createSigner(config)!.sign('msg_1', NOW, '{"a":1}');
    expect(createSigner(config)!.sign('msg_1', NOW, '{"a":1}')).toBe(first);
    const file = join(folder.path, 'webhook-secret');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const kept = readFileSync(file, 'utf8').trim();
    expect(kept).toMatch(/^whsec_[\w+/]{43}=$/);
    expect(verifies(new Webhook(kept), first)).toEqual({ a: 1 });
  });

  it('is missing with a database of its own', () => expect(createSigner(readConfig(DATABASE))).toBeUndefined());
});
