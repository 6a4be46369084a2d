import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { signUserToken, UserTokens } from '../../../src/wiki-app/user-tokens.js';

const SECRET = 'a secret that only the wiki and its app know';
const tokens = new UserTokens(SECRET);
const now = Math.floor(Date.now() / 1000);
const MARY = { sub: 'mary', role: 'member' } as const;

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
/** A token as any other library would make it, with whatever header and claims. */
function made(header: object, claims: unknown, secret: string | Buffer = SECRET, hash = 'sha256'): string {
  const signed = `${part(header)}.${part(claims)}`;
  return `${signed}.${createHmac(hash, secret).update(signed).digest('base64url')}`;
}
const HS256 = { alg: 'HS256', typ: 'JWT' };

describe('user tokens', () => {
  it('of our own making and of others are taken, with and without an end', async () => {
    expect(await tokens.userOf(await signUserToken(SECRET, MARY, 1))).toEqual(MARY);
    expect(await tokens.userOf(made(HS256, MARY))).toEqual(MARY);
    expect(await tokens.userOf(made(HS256, { ...MARY, exp: now + 60, nbf: now - 1, aud: 'x' }))).toEqual(MARY);
    expect(await tokens.userOf(made({ alg: 'HS256' }, { sub: 'bölle 🐼', role: 'admin' }))).toEqual({
      sub: 'bölle 🐼',
      role: 'admin',
    });
  });

  it('end: of our own making after the hours they were made for', async () => {
    const claims = JSON.parse(
      Buffer.from((await signUserToken(SECRET, MARY, 12)).split('.')[1]!, 'base64url').toString(),
    );
    expect(claims.exp - claims.iat).toBe(12 * 3600);
  });

  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = publicKey.export({ type: 'spki', format: 'pem' });
  const rs = `${part({ alg: 'RS256' })}.${part(MARY)}`;
  const refused: readonly [string, string][] = [
    ['with another secret', made(HS256, MARY, 'another secret that is as long as the first')],
    ['with no algorithm', `${part({ alg: 'none' })}.${part(MARY)}.`],
    ['with no algorithm, spelled NoNe', `${part({ alg: 'NoNe' })}.${part(MARY)}.`],
    ['without a signature', made(HS256, MARY).replace(/[^.]*$/, '')],
    ['with HS512', made({ alg: 'HS512' }, MARY, SECRET, 'sha512')],
    ['signed by RSA', `${rs}.${sign('sha256', Buffer.from(rs), privateKey).toString('base64url')}`],
    ['with a public key as the secret', made(HS256, MARY, pem as string)],
    ['that says RS256 over an HMAC', made({ alg: 'RS256' }, MARY)],
    ['that brings its own key', made({ ...HS256, jwk: { kty: 'oct', k: part('x') } }, MARY, 'x')],
    ['with a critical header that nobody knows', made({ ...HS256, crit: ['x'], x: 1 }, MARY)],
    ['that has expired', made(HS256, { ...MARY, exp: now - 1 })],
    ['that is not valid yet', made(HS256, { ...MARY, nbf: now + 60 })],
    ['whose end is no number', made(HS256, { ...MARY, exp: 'tomorrow' })],
    ['without sub', made(HS256, { role: 'admin' })],
    ['with an empty sub', made(HS256, { sub: '', role: 'admin' })],
    ['with a sub that cannot be stored', made(HS256, { sub: 'a\0b', role: 'admin' })],
    ['with a sub that is no text', made(HS256, { sub: { toString: 'admin' }, role: 'admin' })],
    ['without role', made(HS256, { sub: 'mary' })],
    ['with another role', made(HS256, { sub: 'mary', role: 'root' })],
    ['with a list of roles', made(HS256, { sub: 'mary', role: ['admin'] })],
    ['whose claims are a list', made(HS256, ['mary'])],
    ['that is no token', 'wikitag_abcdefgh'],
    ['that is empty', ''],
  ];
  it.each(refused)('%s are refused', async (_, token) => {
    expect(await tokens.userOf(token)).toBeUndefined();
  });

  it('are refused where any of their characters is another', async () => {
    const good = await signUserToken(SECRET, MARY, 1);
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), fc.constantFrom(...'AZaz09-_.'), async (at, character) => {
        const changed = good.slice(0, at) + character + good.slice(at + 1);
        // base64url has bits to spare in its last character: what decodes to the same is the same token
        const same = changed
          .split('.')
          .map((text) => Buffer.from(text, 'base64url').toString('base64url'))
          .join('.');
        if (same === good) return;
        expect(await tokens.userOf(changed)).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  it('of anybody are refused where there is no secret', async () => {
    const off = new UserTokens(undefined);
    expect(off.on).toBe(false);
    expect(await off.userOf(made(HS256, MARY, ''))).toBeUndefined();
  });
});
