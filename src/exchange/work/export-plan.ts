import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { tagKey } from '../../common/fold.js';
import { WikiFault } from '../../connectors/faults.js';
import { rows } from '../../database/rows.js';
import { type Claimed, ClaimsRepository, type End } from './claims.repository.js';
import { writtenTags } from './ledger.js';
import { editIdOf, type PageWrite, PageWritesRepository } from './page-writes.repository.js';
import type { Work } from './work.js';

interface Wanted {
  readonly page_id: string;
  readonly title: string;
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** Works out what an export would write, page by page. Writes nothing. */
@Injectable()
export class ExportPlan {
  constructor(
    private readonly db: DataSource,
    private readonly claims: ClaimsRepository,
    private readonly writes: PageWritesRepository,
  ) {}

  async run(work: Work): Promise<End> {
    const { job, signal } = work;
    if (!(await this.writes.any(job))) await this.store(job, await this.wanted(job));
    for (;;) {
      const some = await this.writes.next(job, ['new'], 'ASC');
      if (some.length === 0) return { status: 'previewed' };
      for (const page of some) {
        signal.throwIfAborted();
        const seen = await this.lookAt(page, work);
        await this.claims.fenced(job, (db) => this.writes.set(db, page, seen));
      }
    }
  }

  /** What the page says itself: it may have the tag already, or be gone. A tag that the wiki cannot have is left out. */
  private async lookAt(
    page: PageWrite,
    work: Work,
    without: readonly WikiFault[] = [],
  ): Promise<{ state: string; add_tags?: readonly string[]; remove_tags?: readonly string[]; reason?: string }> {
    const { page_id, add_tags, remove_tags } = page;
    const left = new Set(without.map(({ tag }) => tag));
    const add = add_tags.filter((tag) => !left.has(tag.normalize('NFC')));
    const wish = { edit_id: editIdOf(page), page_id, add, remove: remove_tags };
    const reason = without.length === 0 ? undefined : without.map(({ message }) => message).join(' ');
    try {
      const edit = await work.patience.through(() => work.connector.prepare(wish, work.signal));
      work.patience.progress();
      if (edit !== undefined) return { state: 'planned', add_tags: edit.added, remove_tags: edit.removed, reason };
      return { state: reason === undefined ? 'unchanged' : 'skipped', reason };
    } catch (error) {
      if (!(error instanceof WikiFault) || !error.concernsPage) throw error;
      if (error.tag !== undefined && !left.has(error.tag)) return this.lookAt(page, work, [...without, error]);
      return { state: 'skipped', reason: error.message };
    }
  }

  /**
   * What the wiki shows here against what we have written there before: of published pages that came from there. A tag that
   * people gave the page is theirs, however it is spelled.
   */
  private async wanted(job: Claimed): Promise<Wanted[]> {
    const written = await writtenTags(this.db, job);
    const applied = await this.applied(job.wiki_id);
    const pages = await rows<{ page_id: string; title: string; human_tags: string[] }>(
      this.db,
      `SELECT p.page_id, p.title, p.human_tags FROM pages p JOIN page_revisions r USING (wiki_id, page_id)
        WHERE p.wiki_id = $1 AND p.published ORDER BY p.page_id`,
      [job.wiki_id],
    );
    return pages.flatMap(({ page_id, title, human_tags }) => {
      const ours = written.get(page_id) ?? [];
      const tags = applied.get(page_id) ?? [];
      const there = new Set([...human_tags, ...ours].map(tagKey));
      const still = new Set(tags.map(tagKey));
      const add = tags.filter((tag) => !there.has(tagKey(tag)));
      const remove = ours.filter((tag) => !still.has(tagKey(tag)));
      return add.length + remove.length > 0 ? [{ page_id, title, add, remove }] : [];
    });
  }

  private async applied(wikiId: number): Promise<Map<string, string[]>> {
    const found = await rows<{ page_id: string; tags: string[] }>(
      this.db,
      `SELECT page_id, array_agg(tag ORDER BY confidence DESC, tag) AS tags FROM page_tags
        WHERE wiki_id = $1 AND status = 'applied' GROUP BY page_id`,
      [wikiId],
    );
    return new Map(found.map(({ page_id, tags }) => [page_id, tags]));
  }

  private async store(job: Claimed, wanted: readonly Wanted[]): Promise<void> {
    await this.claims.fenced(job, (db) =>
      rows(
        db,
        `INSERT INTO page_writes (exchange_id, page_id, number, title, add_tags, remove_tags, state)
         SELECT $1, n.page_id, n.number, n.title, ARRAY(SELECT json_array_elements_text(n.add)),
                ARRAY(SELECT json_array_elements_text(n.remove)), 'new'
           FROM unnest($2::text[], $3::text[], $4::json[], $5::json[]) WITH ORDINALITY
                AS n (page_id, title, add, remove, number)`,
        [
          job.exchange_id,
          wanted.map((page) => page.page_id),
          wanted.map((page) => page.title),
          wanted.map((page) => JSON.stringify(page.add)),
          wanted.map((page) => JSON.stringify(page.remove)),
        ],
      ),
    );
  }
}
