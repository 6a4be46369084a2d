import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { PreparedEdit, PreparedUndo } from '../../connectors/contract.js';
import { rows } from '../../database/rows.js';
import { type Claimed, ClaimsRepository } from './claims.repository.js';
import { noteTags } from './ledger.js';
import { type PageWrite, PageWritesRepository } from './page-writes.repository.js';

const EDITED = 'Somebody has edited the page since: that stays.';

/** Writes down what became of a page in the wiki: its state, our tags on it and its revision, all at once. */
@Injectable()
export class Outcomes {
  constructor(
    private readonly claims: ClaimsRepository,
    private readonly writes: PageWritesRepository,
  ) {}

  /** The edit stands in the wiki. */
  written(job: Claimed, page: PageWrite, edit: PreparedEdit, revision: string): Promise<void> {
    return this.claims.fenced(job, async (db) => {
      const { added, removed } = edit;
      await this.writes.set(db, page, { state: 'written', edit, revision, add_tags: added, remove_tags: removed });
      await noteTags(db, job, page.page_id, added, removed);
      await noteRevision(db, job, edit, revision);
    });
  }

  /** The edit is taken back. @param revision that this made, undefined where nothing was left to take back */
  undone(job: Claimed, page: PageWrite, { edit, edited_since }: PreparedUndo, revision?: string): Promise<void> {
    return this.claims.fenced(job, async (db) => {
      await this.writes.set(db, page, edited_since ? { state: 'kept', reason: EDITED } : { state: 'restored' });
      await noteTags(db, job, page.page_id, edit?.added ?? [], page.edit!.added);
      if (edit !== undefined && revision !== undefined) await noteRevision(db, job, edit, revision);
    });
  }

  /** Only the state of the page's row changes. */
  noted(job: Claimed, page: PageWrite, to: Parameters<PageWritesRepository['set']>[2]): Promise<void> {
    return this.claims.fenced(job, (db) => this.writes.set(db, page, to));
  }
}

/** The revision that our edit made is known where the one that it was made on was: nothing of people's is passed over. */
async function noteRevision(db: EntityManager, { wiki_id }: Claimed, edit: PreparedEdit, made: string): Promise<void> {
  await rows(db, 'UPDATE page_revisions SET revision = $4 WHERE wiki_id = $1 AND page_id = $2 AND revision = $3', [
    wiki_id,
    edit.page_id,
    edit.base_revision,
    made,
  ]);
}
