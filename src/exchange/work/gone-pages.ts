import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Problem } from '../../common/problem.js';
import { pause } from '../../common/retries.js';
import { WikiFault } from '../../connectors/faults.js';
import { rows } from '../../database/rows.js';
import { lockIdleWiki } from '../../wiki/wikis.repository.js';
import { ClaimsRepository } from './claims.repository.js';
import type { Work } from './work.js';

const LOOK_AGAIN_MS = 2000;
/** Fewer pages than that may go without a question, unless they are all. */
const FEW = 10;

const areTooMany = (gone: number, known: number) => gone > 0 && (gone === known || (gone >= FEW && gone > known / 2));

/** Deletes what is gone from the wiki. What we wrote there stays noted: a page that comes back has our tags still. */
@Injectable()
export class GonePages {
  constructor(
    private readonly db: DataSource,
    private readonly claims: ClaimsRepository,
  ) {}

  /**
   * Waits for the end of a run that is under way: it needs the pages that it has begun with.
   * @param known how many pages the wiki had
   * @throws {WikiFault} where most of them would go and nobody has said that it is meant
   */
  async delete(work: Work, pageIds: readonly string[], known: number): Promise<void> {
    if (areTooMany(pageIds.length, known)) await this.assertMeant(work, pageIds.length, known);
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

  /** Rather a folder that is half mounted, or a list that breaks off, than a wiki that lost most of its pages. */
  private async assertMeant({ job }: Work, gone: number, known: number): Promise<void> {
    const meant = await this.claims.fenced(job, async (db) => {
      const [asked] = await rows<{ gone_meant: number }>(
        db,
        'UPDATE exchanges SET gone = $2 WHERE exchange_id = $1 RETURNING gone_meant',
        [job.exchange_id, gone],
      );
      return (asked?.gone_meant ?? 0) >= gone;
    });
    if (!meant)
      throw new WikiFault(
        'misconfigured',
        `${gone} of the ${known} pages are gone from the wiki. Nothing was deleted here. See whether all of it is there; where it is meant, resume this import, and they are deleted with what was decided on them.`,
      );
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
