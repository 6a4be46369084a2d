import type { DataSource } from 'typeorm';
import { rows } from '../database/rows.js';

/**
 * Pages as lines of NDJSON, by page_id, read batch by batch: `batch` rows bound the memory. Each batch is one statement, so
 * each line shows one moment; no transaction stays open while a slow client reads.
 * @param sql selects one batch: the pages of `of` ($1) after a page_id ($2), at most $3
 */
export async function* pageLines(
  db: DataSource,
  sql: string,
  of: number | string,
  batch: number,
): AsyncGenerator<string> {
  let after = '';
  for (;;) {
    const found = await rows<{ page_id: string }>(db, sql, [of, after, batch]);
    if (found.length > 0) yield `${found.map((page) => JSON.stringify(page)).join('\n')}\n`;
    if (found.length < batch) return;
    after = found[found.length - 1]!.page_id;
  }
}
