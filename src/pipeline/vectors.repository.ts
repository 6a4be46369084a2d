import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type Queryable, rows } from '../database/rows.js';
import { RunFailed } from './faults.js';

const BATCH = 500;

export interface WikiVectors {
  /** In canonical order: by page_id, byte by byte. Row i of `data` is page i's vector. */
  readonly pageIds: readonly string[];
  /** In shared memory, so that threads read it without a copy, which would stall the event loop. */
  readonly data: Float32Array;
  readonly dims: number;
}

/** The vectors of a wiki's published pages, as float32 little-endian bytes in PostgreSQL. */
@Injectable()
export class VectorsRepository {
  constructor(private readonly db: DataSource) {}

  /**
   * Stores one vector a page under `model`, replacing what was there. `data` is row-major, pageIds.length x dims; with dims
   * 0 each is the zero vector, of whatever length the wiki's others have.
   */
  async store(
    db: Queryable,
    wikiId: number,
    model: string,
    pageIds: readonly string[],
    hashes: readonly Buffer[],
    data: Float32Array,
    dims: number,
  ): Promise<void> {
    const bytes = toLittleEndian(data);
    for (let at = 0; at < pageIds.length; at += BATCH) {
      const ids = pageIds.slice(at, at + BATCH);
      const vectors = ids.map((_, i) => bytes.subarray((at + i) * dims * 4, (at + i + 1) * dims * 4));
      await rows(
        db,
        // a page deleted meanwhile is skipped: the join, not the foreign key, decides
        `INSERT INTO page_vectors (wiki_id, page_id, model, source_hash, dims, vector)
         SELECT $1, v.page_id, $2, v.hash, $3, v.vector
           FROM unnest($4::text[], $5::bytea[], $6::bytea[]) AS v (page_id, hash, vector)
           JOIN pages p ON p.wiki_id = $1 AND p.page_id = v.page_id
         ON CONFLICT (wiki_id, model, page_id) DO UPDATE
           SET source_hash = excluded.source_hash, dims = excluded.dims, vector = excluded.vector`,
        [wikiId, model, dims, ids, hashes.slice(at, at + BATCH), vectors],
      );
    }
  }

  /** Which published pages have a vector of `model`, with the hash of what it was made from. */
  async known(wikiId: number, model: string): Promise<Map<string, Buffer>> {
    const found = await rows<{ page_id: string; source_hash: Buffer }>(
      this.db,
      `SELECT v.page_id, v.source_hash FROM page_vectors v JOIN pages p USING (wiki_id, page_id)
        WHERE v.wiki_id = $1 AND v.model = $2 AND p.published`,
      [wikiId, model],
    );
    return new Map(found.map((row) => [row.page_id, row.source_hash]));
  }

  /**
   * Reads all vectors of the run's models, batch by batch; where a page has several, the first model wins. One stored with
   * dims 0 comes out as zeros; where all are, with dims 1.
   * @throws {RunFailed} where lengths differ, naming a page of each length.
   */
  async read(wikiId: number, models: readonly string[]): Promise<WikiVectors> {
    const [counted] = await rows<{ n: number }>(
      this.db,
      `SELECT count(DISTINCT v.page_id)::int AS n FROM page_vectors v JOIN pages p USING (wiki_id, page_id)
        WHERE v.wiki_id = $1 AND v.model = ANY($2) AND p.published`,
      [wikiId, models],
    );
    const total = counted?.n ?? 0;
    const pageIds: string[] = [];
    const room = (length: number) =>
      new Float32Array(new SharedArrayBuffer(total * length * Float32Array.BYTES_PER_ELEMENT));
    let data: Float32Array = new Float32Array(0);
    let dims = 0;
    let measured: string | undefined; // the page whose vector told dims
    while (pageIds.length < total) {
      const batch = await this.batchAfter(wikiId, models, pageIds.at(-1));
      if (batch.length === 0) break; // pages were deleted while we read
      for (const row of batch) {
        if (dims === 0 && row.dims > 0) {
          dims = row.dims;
          measured = row.page_id;
          data = room(dims);
        }
        if (row.dims > 0 && row.dims !== dims) {
          throw new RunFailed(
            `Page '${row.page_id}' has a vector of ${row.dims} numbers and page '${measured}' one of ${dims}. Send all vectors of a wiki from one model.`,
          );
        }
        if (pageIds.length >= total) break; // pages were added while we read: the next run takes them
        if (row.dims > 0) data.set(fromLittleEndian(row.vector, dims), pageIds.length * dims);
        pageIds.push(row.page_id);
      }
    }
    if (dims === 0 && pageIds.length > 0) {
      dims = 1;
      data = room(dims);
    }
    return { pageIds, data: data.subarray(0, pageIds.length * dims), dims };
  }

  private batchAfter(wikiId: number, models: readonly string[], after: string | undefined) {
    return rows<{ page_id: string; dims: number; vector: Buffer }>(
      this.db,
      `SELECT DISTINCT ON (v.page_id) v.page_id, v.dims, v.vector
         FROM page_vectors v JOIN pages p USING (wiki_id, page_id)
        WHERE v.wiki_id = $1 AND v.model = ANY($2) AND p.published AND ($3::text IS NULL OR v.page_id > $3 COLLATE "C")
     ORDER BY v.page_id, array_position($2::text[], v.model) LIMIT ${BATCH}`,
      [wikiId, models, after ?? null],
    );
  }
}

const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

function toLittleEndian(data: Float32Array): Buffer {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return LITTLE_ENDIAN ? bytes : Buffer.from(bytes).swap32();
}

/** @throws {RunFailed} where the stored bytes are not `dims` floats: the database was written to by somebody else. */
function fromLittleEndian(bytes: Buffer, dims: number): Float32Array {
  if (bytes.byteLength !== dims * 4)
    throw new RunFailed(`A stored vector has ${bytes.byteLength} bytes where ${dims * 4} were expected.`);
  const copy = new Uint8Array(bytes); // own buffer: aligned for a Float32Array
  return new Float32Array((LITTLE_ENDIAN ? copy : Buffer.from(copy).swap32()).buffer, 0, dims);
}
