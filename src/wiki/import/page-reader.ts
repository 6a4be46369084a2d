import { isAscii, isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { MAX_TAGS, pageFields } from '../schemas/page.js';
import { BadPage } from './bad-page.js';
import type { RawPage } from './splitter.js';
import { type GivenVector, readVector } from './vector.js';

/** What one page of an upload may measure at most, in bytes. */
export const MAX_PAGE_BYTES = 8 * 2 ** 20;

const SHOWN_ISSUES = 5;

/** A page of an upload, checked and ready to be stored. */
export interface UploadedPage {
  readonly pageId: string;
  readonly title: string;
  readonly text: string;
  readonly published: boolean;
  readonly tags: readonly string[];
  readonly vector: GivenVector | null;
  /** Over everything but the vector. */
  readonly contentHash: Buffer;
  /** Over the text alone: what a given vector was made from. */
  readonly textHash: Buffer;
}

/** Checks one page. @throws {BadPage} saying what is wrong with it. */
export function readPage({ bytes }: RawPage): UploadedPage {
  if (bytes === null) throw new BadPage(`is longer than ${MAX_PAGE_BYTES / 2 ** 20} MiB`);
  const record = parse(bytes);
  const { embedding, embedding_base64, ...fields } = Object(record) as Record<string, unknown>;
  // before the schema looks at each of them: millions would fit into one page
  if (Array.isArray(fields.tags) && fields.tags.length > MAX_TAGS)
    throw new BadPage(`tags: must not hold more than ${MAX_TAGS} tags`);
  const checked = pageFields.safeParse(record === Object(record) && !Array.isArray(record) ? fields : record);
  if (!checked.success) throw new BadPage(checked.error.issues.slice(0, SHOWN_ISSUES).map(describe).join('; '));
  const { page_id, title, text, published, tags } = checked.data;
  return {
    pageId: page_id,
    title,
    text,
    published,
    tags,
    vector: readVector(embedding, embedding_base64),
    contentHash: sha256(JSON.stringify([title, text, published, tags])),
    textHash: sha256(text),
  };
}

function describe({ path, message }: z.core.$ZodIssue): string {
  return path.length === 0 ? message : `${path.join('.')}: ${message}`;
}

function parse(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw new BadPage('is not valid UTF-8');
  try {
    return JSON.parse(bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(0, 200) : '';
    throw new BadPage(`is not valid JSON (NaN and Infinity are not JSON): ${reason}`);
  }
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
