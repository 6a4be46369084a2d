import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readConfig } from '../../../src/config/config.js';
import { createSecretBox, SecretBox } from '../../../src/exchange/connections/secret-box.js';
import { dataFolder } from '../../support/data-folder.js';

const SECRETS = { token: 'recognisable-token' };

describe('the box for the secrets of connected wikis', () => {
  const box = new SecretBox('a secret of the operator');

  it('gives back what was put in, and shows nothing of it', () => {
    const sealed = box.seal(1, SECRETS);
    expect(box.open(1, sealed)).toEqual(SECRETS);
    expect(sealed.toString('latin1')).not.toContain('token');
    expect(box.seal(1, SECRETS).equals(sealed)).toBe(false); // a nonce is used once
  });

  it('does not open with another secret, for another wiki, or after a change of any byte', () => {
    const sealed = box.seal(1, SECRETS);
    expect(() => new SecretBox('a secret of somebody else').open(1, sealed)).toThrow();
    expect(() => box.open(2, sealed)).toThrow();
    for (let at = 0; at < sealed.length; at++) {
      const changed = Buffer.from(sealed);
      changed[at] ^= 1;
      expect(() => box.open(1, changed)).toThrow();
    }
    expect(() => box.open(1, sealed.subarray(0, 20))).toThrow();
  });

  it('has a secret of its own with the embedded database, kept for its owner alone, and none elsewhere', () => {
    const folder = dataFolder();
    try {
      const config = readConfig({ DATA_DIR: folder.path });
      expect(createSecretBox(config)!.open(1, createSecretBox(config)!.seal(1, SECRETS))).toEqual(SECRETS);
      expect(statSync(join(folder.path, 'connection-secret')).mode & 0o777).toBe(0o600);
      expect(createSecretBox(readConfig({ DATABASE_URL: 'postgres://localhost/x' }))).toBeUndefined();
    } finally {
      folder.remove();
    }
  });
});
