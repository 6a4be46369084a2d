import { Injectable } from '@nestjs/common';
import type { End } from './claims.repository.js';
import { Outcomes } from './outcomes.js';
import { applyOnce, despiteConflicts } from './page-attempts.js';
import { editIdOf, type PageWrite, PageWritesRepository } from './page-writes.repository.js';
import type { Work } from './work.js';

/** Writes what was previewed, page by page. Each edit is stored before it is made, so that none is made twice or forgotten. */
@Injectable()
export class ExportWrite {
  constructor(
    private readonly writes: PageWritesRepository,
    private readonly outcomes: Outcomes,
  ) {}

  async run(work: Work): Promise<End> {
    for (;;) {
      const some = await this.writes.next(work.job, ['planned'], 'ASC');
      if (some.length === 0) return { status: 'completed' };
      for (const page of some) await this.write(page, work);
    }
  }

  private async write(page: PageWrite, work: Work): Promise<void> {
    work.signal.throwIfAborted();
    const fault = await despiteConflicts(() => this.attempt(page, work));
    work.patience.progress();
    if (fault === undefined) return;
    const state = fault.kind === 'conflict' ? 'conflict' : 'skipped';
    await this.outcomes.noted(work.job, page, { state, reason: fault.message });
  }

  /** @throws {WikiFault} conflict where the page was edited meanwhile; whatever does not pass */
  private async attempt(page: PageWrite, work: Work): Promise<void> {
    const { job, connector, patience, pace, signal } = work;
    const { page_id, add_tags, remove_tags } = page;
    const wish = { edit_id: editIdOf(page), page_id, add: add_tags, remove: remove_tags };
    const edit = await patience.through(() => connector.prepare(wish, signal));
    if (edit === undefined) return this.noteAsWished(page, work);
    await pace.turn(signal);
    await this.outcomes.noted(job, page, { state: 'prepared', edit });
    const revision = await patience.through(() => applyOnce(connector, edit, signal));
    await this.outcomes.written(job, page, edit, revision);
  }

  /** The page is as wished: by people, or by an edit of ours that came through after it had been given up. */
  private async noteAsWished(page: PageWrite, { job, connector, patience, signal }: Work): Promise<void> {
    const { edit } = page;
    const made = edit && (await patience.through(() => connector.landed(edit, signal)));
    if (edit && made) await this.outcomes.written(job, page, edit, made);
    else await this.outcomes.noted(job, page, { state: 'unchanged' });
  }
}
