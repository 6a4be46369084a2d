import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { PreparedEdit } from '../../connectors/contract.js';
import type { End } from './claims.repository.js';
import { writtenTags } from './ledger.js';
import { Outcomes } from './outcomes.js';
import { applyOnce, despiteConflicts } from './page-attempts.js';
import { editIdOf, type PageWrite, PageWritesRepository } from './page-writes.repository.js';
import type { Work } from './work.js';

/** Takes back what an export wrote, the last page first. */
@Injectable()
export class ExportUndo {
  constructor(
    private readonly db: DataSource,
    private readonly writes: PageWritesRepository,
    private readonly outcomes: Outcomes,
  ) {}

  async run(work: Work): Promise<End> {
    for (;;) {
      const some = await this.writes.next(work.job, ['written'], 'DESC');
      if (some.length === 0) return { status: 'undone' };
      for (const page of some) await this.takeBack(page, work);
    }
  }

  private async takeBack(page: PageWrite, work: Work): Promise<void> {
    work.signal.throwIfAborted();
    const fault = await despiteConflicts(() => this.attempt(page, work));
    work.patience.progress();
    if (fault !== undefined) await this.outcomes.noted(work.job, page, { state: 'kept', reason: fault.message });
  }

  /** @throws {WikiFault} conflict where the page was edited meanwhile; whatever does not pass */
  private async attempt(page: PageWrite, work: Work): Promise<void> {
    const { job, connector, patience, pace, signal } = work;
    const editId = `${editIdOf(page)}_undo`;
    const made = await this.stillOurs(page, work);
    const undo = await patience.through(() => connector.prepareUndo(made, page.revision!, editId, signal));
    const { edit } = undo;
    if (edit === undefined) return this.outcomes.undone(job, page, undo);
    await pace.turn(signal);
    await this.outcomes.noted(job, page, { state: 'undo_prepared', undo_edit: edit });
    const revision = await patience.through(() => applyOnce(connector, edit, signal));
    await this.outcomes.undone(job, page, undo, revision);
  }

  /** The edit, without tags that people took off the page since: where one is there again, it is theirs. */
  private async stillOurs({ page_id, edit }: PageWrite, { job }: Work): Promise<PreparedEdit> {
    const ours = (await writtenTags(this.db, job, [page_id])).get(page_id) ?? [];
    return { ...edit!, added: edit!.added.filter((tag) => ours.includes(tag)) };
  }
}
