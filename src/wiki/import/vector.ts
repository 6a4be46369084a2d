import { createHash } from 'node:crypto';
import { BadPage } from './bad-page.js';

const MAX_DIMS = 65_536;
const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** A vector that came with a page, as it is stored. */
export interface GivenVector {
  readonly dims: number;
  /** float32 little-endian. */
  readonly bytes: Buffer;
  readonly hash: Buffer;
}

/**
 * Reads the vector of a page out of either of its two fields; null where it has none.
 * @throws {BadPage} not numbers, not finite as float32, empty, too long, or given twice.
 */
export function readVector(embedding: unknown, base64: unknown): GivenVector | null {
  const hasNumbers = embedding !== undefined && embedding !== null;
  const hasBase64 = base64 !== undefined && base64 !== null;
  if (hasNumbers && hasBase64) throw new BadPage('embedding and embedding_base64: send one of the two');
  if (!hasNumbers && !hasBase64) return null;
  const bytes = hasNumbers ? bytesOfNumbers(embedding) : bytesOfBase64(base64);
  return { dims: bytes.length / 4, bytes, hash: createHash('sha256').update(bytes).digest() };
}

function bytesOfNumbers(embedding: unknown): Buffer {
  if (!Array.isArray(embedding)) throw new BadPage('embedding: must be a list of numbers');
  checkDims('embedding', embedding.length);
  const floats = new Float32Array(embedding.length);
  for (let i = 0; i < floats.length; i++) {
    const value: unknown = embedding[i];
    if (typeof value !== 'number') throw new BadPage(`embedding: number ${i + 1} is not a number`);
    floats[i] = value;
    if (!Number.isFinite(floats[i])) throw new BadPage(`embedding: number ${i + 1} is not finite as float32`);
  }
  const bytes = Buffer.from(floats.buffer);
  return LITTLE_ENDIAN ? bytes : bytes.swap32();
}

function bytesOfBase64(base64: unknown): Buffer {
  if (typeof base64 !== 'string') throw new BadPage('embedding_base64: must be a string');
  const digits = base64.replace(/=+$/, '').length;
  if (!BASE64.test(base64) || digits % 4 === 1) throw new BadPage('embedding_base64: is not base64');
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length % 4 !== 0)
    throw new BadPage(`embedding_base64: holds ${bytes.length} bytes, which is no whole number of float32 values`);
  checkDims('embedding_base64', bytes.length / 4);
  for (let at = 0; at < bytes.length; at += 4)
    if (!Number.isFinite(bytes.readFloatLE(at)))
      throw new BadPage(`embedding_base64: number ${at / 4 + 1} is not finite`);
  return bytes;
}

function checkDims(field: string, dims: number): void {
  if (dims === 0) throw new BadPage(`${field}: must not be empty; leave it out for a page without a vector`);
  if (dims > MAX_DIMS) throw new BadPage(`${field}: has ${dims} numbers, more than ${MAX_DIMS}`);
}
