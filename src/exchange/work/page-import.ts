import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { rows } from '../../database/rows.js';
import type { End } from './claims.repository.js';
import { GonePages } from './gone-pages.js';
import { ImportBatch, type ReadPage } from './import-batch.js';
import { ImportedPages } from './imported-pages.js';
import type { Work } from './work.js';

/** Reads what changed in the wiki and stores it, batch by batch, each page together with its revision. */
@Injectable()
export class PageImport {
  constructor(
    private readonly db: DataSource,
    private readonly imported: ImportedPages,
    private readonly gone: GonePages,
  ) {}

  async run(work: Work): Promise<End> {
    // begins anew after a wait: what is stored is known by then, and not read again
    await work.patience.through(() => this.readAll(work));
    return { status: 'completed' };
  }

  private async readAll(work: Work): Promise<void> {
    const { job, connector, patience, signal } = work;
    const known = await this.knownRevisions(job.wiki_id);
    const gone: string[] = [];
    const batch = new ImportBatch();
    const store = async (pages: readonly ReadPage[]) => {
      signal.throwIfAborted();
      await this.imported.store(job, pages);
      patience.progress();
    };
    await this.imported.begin(job);
    for await (const change of connector.changes(known, signal)) {
      if (change.type === 'counted') await this.imported.noteTotal(job, change.pages);
      else if (change.type === 'gone') gone.push(change.page_id);
      else if (change.type === 'unreadable') batch.add({ page_id: change.page_id, reason: change.reason });
      else batch.add({ page: change.page, revision: change.revision });
      if (batch.isFull) await store(batch.take());
    }
    await store(batch.take());
    await this.gone.delete(work, gone, known.size);
  }

  private async knownRevisions(wikiId: number): Promise<Map<string, string>> {
    const found = await rows<{ page_id: string; revision: string }>(
      this.db,
      'SELECT page_id, revision FROM page_revisions WHERE wiki_id = $1',
      [wikiId],
    );
    return new Map(found.map(({ page_id, revision }) => [page_id, revision]));
  }
}
