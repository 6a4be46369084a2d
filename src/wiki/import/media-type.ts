import type { IncomingHttpHeaders } from 'node:http';
import { Problem } from '../../common/problem.js';
import { JsonArraySplitter } from './json-array.splitter.js';
import { NdjsonSplitter } from './ndjson.splitter.js';
import { MAX_PAGE_BYTES } from './page-reader.js';
import type { Splitter } from './splitter.js';

export const NDJSON = 'application/x-ndjson';
export const JSON_ARRAY = 'application/json';

/** Picks the splitter for what the headers say of the body. @throws {Problem} unsupported_media_type */
export function splitterFor(headers: IncomingHttpHeaders): Splitter {
  const [type, ...parameters] = (headers['content-type'] ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const charset = parameters.find((part) => part.startsWith('charset='))?.replace(/^charset=|"/g, '') ?? 'utf-8';
  const encoding = headers['content-encoding'] ?? 'identity';
  if (charset !== 'utf-8' && charset !== 'utf8') throw unsupported(`charset ${charset}`, 'Send UTF-8.');
  if (encoding !== 'identity') throw unsupported(`content-encoding ${encoding}`, 'Send the body uncompressed.');
  if (type === NDJSON) return new NdjsonSplitter(MAX_PAGE_BYTES);
  if (type === JSON_ARRAY) return new JsonArraySplitter(MAX_PAGE_BYTES);
  throw unsupported(
    type ? `content-type ${type}` : 'a body without a content-type',
    `Send ${NDJSON}, one page a line, or ${JSON_ARRAY}, an array of pages.`,
  );
}

function unsupported(what: string, instead: string): Problem {
  return new Problem('unsupported_media_type', `Pages cannot be read from ${what.slice(0, 100)}. ${instead}`);
}
