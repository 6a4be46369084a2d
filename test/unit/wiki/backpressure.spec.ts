import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import type { BatchRepository } from '../../../src/wiki/import/batch.repository.js';
import { ImportService } from '../../../src/wiki/import/import.service.js';
import type { UploadedPage } from '../../../src/wiki/import/page-reader.js';

const CHUNK = 64 * 1024;

/** An upload that counts what is read of it: pages of `bytes` each, one a chunk. */
function countedUpload(pages: number, bytes: number) {
  const read = { chunks: 0 };
  function* body() {
    for (let i = 0; i < pages; i++) {
      read.chunks++;
      yield Buffer.from(`${JSON.stringify({ page_id: `p${i}`, title: '', text: 'x'.repeat(bytes) })}\n`);
    }
  }
  const stream = Readable.from(body(), { objectMode: false, highWaterMark: CHUNK });
  return {
    read,
    request: Object.assign(stream, {
      headers: { 'content-type': 'application/x-ndjson' },
    }) as unknown as IncomingMessage,
  };
}

describe('an upload', () => {
  it.each([
    ['many small pages', 2000, 100, 256],
    ['few large pages', 40, 2 ** 20, 8],
  ])('of %s is read no faster than it is stored', async (_, pages, bytes, batch) => {
    const { read, request } = countedUpload(pages, bytes);
    const readAhead = 2 * Math.ceil(CHUNK / bytes) + 2; // one chunk in hand, one in the stream's buffer
    let stored = 0;
    const store = async (_wiki: number, batchPages: readonly UploadedPage[]) => {
      const before = stored;
      // more turns of the event loop than a reader that does not wait would need to read it all
      for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
      expect(read.chunks).toBeLessThanOrEqual(before + batch + readAhead);
      expect(batchPages.length).toBeLessThanOrEqual(batch);
      stored += batchPages.length;
      return { created: batchPages.length, updated: 0, unchanged: 0, writes: [] };
    };
    const report = await new ImportService({ store } as unknown as BatchRepository).import(1, request);
    expect(report).toMatchObject({ received: pages, created: pages });
    expect(stored).toBe(pages);
  });
});
