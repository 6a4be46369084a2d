import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { noSuchWiki } from '../../common/not-found.js';
import { rows } from '../../database/rows.js';
import { type BatchPlan, type PageWrite, planBatch, type StoredPage } from './batch-plan.js';
import type { UploadedPage } from './page-reader.js';
import type { GivenVector } from './vector.js';

interface StoredRow {
  readonly page_id: string;
  readonly content_hash: Buffer;
  readonly vector_hash: Buffer | null;
  readonly vector_text_hash: Buffer | null;
}

/** Stores pages, one batch a transaction, in a handful of statements whatever its size. */
@Injectable()
export class BatchRepository {
  constructor(private readonly db: DataSource) {}

  /**
   * Uploads to one wiki take turns batch by batch, so that their counts are right.
   * @param also is done in the same transaction, after the pages are written
   * @throws {Problem} wiki_not_found
   */
  store(
    wikiId: number,
    pages: readonly UploadedPage[],
    also: (db: EntityManager, plan: BatchPlan) => Promise<void> = async () => {},
  ): Promise<BatchPlan> {
    return this.db.transaction(async (db) => {
      const wiki = await rows(db, 'SELECT 1 FROM wikis WHERE wiki_id = $1 FOR NO KEY UPDATE', [wikiId]);
      if (wiki.length === 0) throw noSuchWiki(wikiId);
      const plan = planBatch(await stored(db, wikiId, pages), pages);
      if (plan.writes.length > 0) {
        await writePages(db, wikiId, plan.writes);
        await writeVectors(db, wikiId, plan.writes);
        await deleteVectors(db, wikiId, plan.writes);
      }
      await also(db, plan);
      return plan;
    });
  }
}

async function stored(db: EntityManager, wikiId: number, pages: readonly UploadedPage[]) {
  const found = await rows<StoredRow>(
    db,
    `SELECT p.page_id, p.content_hash, sha256(v.vector) AS vector_hash, v.source_hash AS vector_text_hash
       FROM pages p LEFT JOIN page_vectors v
         ON v.wiki_id = p.wiki_id AND v.page_id = p.page_id AND v.model = 'given'
      WHERE p.wiki_id = $1 AND p.page_id = ANY($2)`,
    [wikiId, [...new Set(pages.map((page) => page.pageId))]],
  );
  return new Map(found.map((row): [string, StoredPage] => [row.page_id, toStored(row)]));
}

function toStored({ content_hash, vector_hash, vector_text_hash }: StoredRow): StoredPage {
  const hasVector = vector_hash !== null && vector_text_hash !== null;
  return { contentHash: content_hash, vector: hasVector ? { hash: vector_hash, textHash: vector_text_hash } : null };
}

async function writePages(db: EntityManager, wikiId: number, writes: readonly PageWrite[]): Promise<void> {
  const pages = writes.map((write) => write.page);
  await rows(
    db,
    `INSERT INTO pages (wiki_id, page_id, title, text, published, human_tags, content_hash)
     SELECT $1, n.page_id, n.title, n.text, n.published, ARRAY(SELECT json_array_elements_text(n.tags)), n.hash
       FROM unnest($2::text[], $3::text[], $4::text[], $5::boolean[], $6::json[], $7::bytea[])
         AS n (page_id, title, text, published, tags, hash)
     ON CONFLICT (wiki_id, page_id) DO UPDATE
       SET title = excluded.title, text = excluded.text, published = excluded.published,
           human_tags = excluded.human_tags, content_hash = excluded.content_hash, updated_at = now()`,
    [
      wikiId,
      pages.map((page) => page.pageId),
      pages.map((page) => page.title),
      pages.map((page) => page.text),
      pages.map((page) => page.published),
      pages.map((page) => JSON.stringify(page.tags)),
      pages.map((page) => page.contentHash),
    ],
  );
}

/** The vectors travel end to end in one parameter: as an array of bytea they would go as hex text, twice the size. */
async function writeVectors(db: EntityManager, wikiId: number, writes: readonly PageWrite[]): Promise<void> {
  const wanted = writes.flatMap(({ page, vector }) => (isGiven(vector) ? [{ page, vector }] : []));
  if (wanted.length === 0) return;
  await rows(
    db,
    `INSERT INTO page_vectors (wiki_id, page_id, model, source_hash, dims, vector)
     SELECT $1, n.page_id, 'given', n.hash, n.dims,
            substring($5::bytea FROM (1 + 4 * (sum(n.dims) OVER (ORDER BY n.place) - n.dims))::int FOR 4 * n.dims)
       FROM unnest($2::text[], $3::bytea[], $4::int[]) WITH ORDINALITY AS n (page_id, hash, dims, place)
     ON CONFLICT (wiki_id, model, page_id) DO UPDATE
       SET source_hash = excluded.source_hash, dims = excluded.dims, vector = excluded.vector`,
    [
      wikiId,
      wanted.map(({ page }) => page.pageId),
      wanted.map(({ page }) => page.textHash),
      wanted.map(({ vector }) => vector.dims),
      Buffer.concat(wanted.map(({ vector }) => vector.bytes)),
    ],
  );
}

async function deleteVectors(db: EntityManager, wikiId: number, writes: readonly PageWrite[]): Promise<void> {
  const stale = writes.filter((write) => write.vector === null).map((write) => write.page.pageId);
  if (stale.length === 0) return;
  await rows(db, `DELETE FROM page_vectors WHERE wiki_id = $1 AND model = 'given' AND page_id = ANY($2)`, [
    wikiId,
    stale,
  ]);
}

function isGiven(vector: PageWrite['vector']): vector is GivenVector {
  return vector !== null && vector !== 'keep';
}
