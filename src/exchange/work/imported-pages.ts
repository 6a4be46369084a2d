import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { tagKey } from '../../common/fold.js';
import { rows } from '../../database/rows.js';
import { rejectRemovedInWiki } from '../../review/decisions/removed-in-wiki.js';
import { BadPage } from '../../wiki/import/bad-page.js';
import { BatchRepository } from '../../wiki/import/batch.repository.js';
import { MAX_PAGE_BYTES, readPage, type UploadedPage } from '../../wiki/import/page-reader.js';
import { type Claimed, ClaimsRepository } from './claims.repository.js';
import type { ReadPage } from './import-batch.js';
import { noteTags, writtenTags } from './ledger.js';

interface Sorted {
  readonly pages: UploadedPage[];
  readonly revisions: Map<string, string>;
  /** Tags that were ours. `isRejected`: people took them off; or else they spelled them anew, or made a new page of that id. */
  readonly removed: { readonly page_id: string; readonly tag: string; readonly isRejected: boolean }[];
  readonly unreadable: { readonly page_id: string; readonly reason: string }[];
}

/** Stores what an import read. */
@Injectable()
export class ImportedPages {
  constructor(
    private readonly db: DataSource,
    private readonly batches: BatchRepository,
    private readonly claims: ClaimsRepository,
  ) {}

  /** What could not be read is tried anew. */
  async begin(job: Claimed): Promise<void> {
    await this.claims.fenced(job, (db) =>
      rows(db, 'DELETE FROM page_writes WHERE exchange_id = $1', [job.exchange_id]),
    );
  }

  async noteTotal(job: Claimed, pages: number): Promise<void> {
    await this.claims.fenced(job, (db) =>
      rows(db, 'UPDATE exchanges SET pages_total = $2 WHERE exchange_id = $1', [job.exchange_id, pages]),
    );
  }

  /** Pages, their revisions and what follows from them, in one transaction. */
  async store(job: Claimed, read: readonly ReadPage[]): Promise<void> {
    if (read.length === 0) return;
    const ids = read.map((one) => ('page' in one ? one.page.page_id : one.page_id));
    const sorted = sort(read, await writtenTags(this.db, job, ids), await this.known(job, ids));
    await this.batches.store(job.wiki_id, sorted.pages, async (db, { created, updated }) => {
      await this.claims.assertOurs(db, job);
      await noteRevisions(db, job, sorted.revisions);
      for (const { page_id, tag, isRejected } of sorted.removed) {
        await noteTags(db, job, page_id, [], [tag]);
        if (isRejected) await rejectRemovedInWiki(db, job.wiki_id, page_id, tag);
      }
      await noteUnreadable(db, job, sorted.unreadable);
      await rows(db, 'UPDATE exchanges SET created = created + $2, updated = updated + $3 WHERE exchange_id = $1', [
        job.exchange_id,
        created,
        updated,
      ]);
    });
  }

  private async known({ wiki_id }: Claimed, pageIds: readonly string[]): Promise<ReadonlySet<string>> {
    const found = await rows<{ page_id: string }>(
      this.db,
      'SELECT page_id FROM pages WHERE wiki_id = $1 AND page_id = ANY($2)',
      [wiki_id, pageIds],
    );
    return new Set(found.map(({ page_id }) => page_id));
  }
}

/** People's tags are those on the page that we have not written. @param known pages that were here before */
function sort(
  read: readonly ReadPage[],
  written: ReadonlyMap<string, readonly string[]>,
  known: ReadonlySet<string>,
): Sorted {
  const sorted: Sorted = { pages: [], revisions: new Map(), removed: [], unreadable: [] };
  for (const one of read) {
    if (!('page' in one)) {
      sorted.unreadable.push(one);
      continue;
    }
    const { page, revision } = one;
    const ours = written.get(page.page_id) ?? [];
    try {
      sorted.pages.push(checked({ ...page, tags: page.tags.filter((tag) => !ours.includes(tag)) }));
      sorted.revisions.set(page.page_id, revision);
      const there = new Set(page.tags.map(tagKey));
      for (const tag of ours.filter((one) => !page.tags.includes(one)))
        sorted.removed.push({
          page_id: page.page_id,
          tag,
          isRejected: known.has(page.page_id) && !there.has(tagKey(tag)),
        });
    } catch (error) {
      if (!(error instanceof BadPage)) throw error;
      sorted.unreadable.push({ page_id: page.page_id, reason: error.message });
    }
  }
  return sorted;
}

/** By the same rules as pages that are uploaded. @throws {BadPage} */
function checked(page: object): UploadedPage {
  const bytes = Buffer.from(JSON.stringify(page));
  return readPage({ line: 0, bytes: bytes.length > MAX_PAGE_BYTES ? null : bytes });
}

async function noteRevisions(db: EntityManager, { wiki_id }: Claimed, revisions: ReadonlyMap<string, string>) {
  await rows(
    db,
    `INSERT INTO page_revisions (wiki_id, page_id, revision) SELECT $1, * FROM unnest($2::text[], $3::text[])
     ON CONFLICT (wiki_id, page_id) DO UPDATE SET revision = excluded.revision`,
    [wiki_id, [...revisions.keys()], [...revisions.values()]],
  );
}

async function noteUnreadable(db: EntityManager, { exchange_id }: Claimed, unreadable: Sorted['unreadable']) {
  await rows(
    db,
    `INSERT INTO page_writes (exchange_id, page_id, number, title, state, reason)
     SELECT $1, n.page_id, n.place + (SELECT count(*) FROM page_writes WHERE exchange_id = $1), n.page_id, 'skipped', n.reason
       FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS n (page_id, reason, place)
     ON CONFLICT DO NOTHING`,
    [exchange_id, unreadable.map((page) => page.page_id), unreadable.map((page) => page.reason)],
  );
}
