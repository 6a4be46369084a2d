import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Problem } from '../../common/problem.js';
import { pause } from '../../common/retries.js';
import { rows } from '../../database/rows.js';
import { lockIdleWiki } from '../../wiki/wikis.repository.js';
import { ClaimsRepository } from './claims.repository.js';
import type { Work } from './work.js';

const LOOK_AGAIN_MS = 2000;

/** Deletes what is gone from the wiki. What we wrote there stays noted: a page that comes back has our tags still. */
@Injectable()
export class GonePages {
  constructor(
    private readonly db: DataSource,
    private readonly claims: ClaimsRepository,
  ) {}

  /** Waits for the end of a run that is under way: it needs the pages that it has begun with. */
  async delete(work: Work, pageIds: readonly string[]): Promise<void> {
    for (let waited = false; pageIds.length > 0; waited = true) {
      try {
        await this.deleteNow(work, pageIds);
        if (waited) await this.claims.waitFor(work.job, null);
        return;
      } catch (error) {
        if (!(error instanceof Problem) || error.code !== 'run_active') throw error;
        if (!waited) await this.claims.waitFor(work.job, 'Deletes the pages that are gone when the run has ended.');
        await work.rest(pause(LOOK_AGAIN_MS, work.signal));
      }
    }
  }

  private async deleteNow({ job }: Work, pageIds: readonly string[]): Promise<void> {
    await this.db.transaction(async (db) => {
      await lockIdleWiki(db, job.wiki_id);
      await this.claims.assertOurs(db, job);
      const deleted = await rows(db, 'DELETE FROM pages WHERE wiki_id = $1 AND page_id = ANY($2) RETURNING 1', [
        job.wiki_id,
        pageIds,
      ]);
      await rows(db, 'UPDATE exchanges SET deleted = deleted + $2 WHERE exchange_id = $1', [
        job.exchange_id,
        deleted.length,
      ]);
    });
  }
}
