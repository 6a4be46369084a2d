import { Injectable } from '@nestjs/common';
import { WikiFault } from '../../connectors/faults.js';
import { Outcomes } from './outcomes.js';
import { PageWritesRepository } from './page-writes.repository.js';
import type { Work } from './work.js';

/** The edits that nobody knows of, because their worker was lost between making them and writing that down. */
@Injectable()
export class OpenEdits {
  constructor(
    private readonly writes: PageWritesRepository,
    private readonly outcomes: Outcomes,
  ) {}

  /** Asks the wiki for each, whatever exchange it was of. What was not made is made later, by that exchange. */
  async settle({ job, connector, patience, signal }: Work): Promise<void> {
    for (const page of await this.writes.open(job)) {
      const undoing = page.state === 'undo_prepared';
      const edit = undoing ? page.undo_edit! : page.edit!;
      const made = await patience.through(() => connector.landed(edit, signal)).catch(pageIsGone);
      if (made === undefined) await this.outcomes.noted(job, page, { state: undoing ? 'written' : 'planned' });
      else if (!undoing) await this.outcomes.written(job, page, edit, made);
      else await this.outcomes.undone(job, page, { edit, edited_since: edit.base_revision !== page.revision }, made);
    }
  }
}

function pageIsGone(error: unknown): undefined {
  if (!(error instanceof WikiFault) || !error.concernsPage) throw error;
}
