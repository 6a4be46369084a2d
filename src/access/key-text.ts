import { createHash, randomBytes, randomInt } from 'node:crypto';

const LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789';
const FORM = /^(wikitag_[a-z0-9]{8})_[\w-]{43}$/;

/** A new key: `wikitag_`, eight characters to know it by, and 256 random bits. Whoever made it is shown it once. */
export function newKeyText(): string {
  const mark = Array.from({ length: 8 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return `wikitag_${mark}_${randomBytes(32).toString('base64url')}`;
}

/** The part of a key that is no secret, by which it is found and recognised; undefined for a text that is no made key. */
export function prefixOf(key: string): string | undefined {
  return FORM.exec(key)?.[1];
}

/**
 * SHA-256 and no slow hash: those exist to make guessing short passwords dear, and 256 random bits are not to be guessed
 * at any price. A slow one would only make every request dear, and each wrong key a way to keep the service busy.
 */
export function digestOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
