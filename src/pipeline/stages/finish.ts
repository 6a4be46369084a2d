import { Injectable } from '@nestjs/common';
import { rows } from '../../database/rows.js';
import { RunRepository } from '../run.repository.js';
import type { Stage, StageContext } from '../stage.js';
import { VersionsRepository } from '../versions.repository.js';

/** Clears what only earlier runs needed and ends the run. */
@Injectable()
export class FinishStage implements Stage {
  readonly name = 'finish';

  constructor(
    private readonly runs: RunRepository,
    private readonly versions: VersionsRepository,
  ) {}

  async run({ run }: StageContext): Promise<undefined> {
    await this.runs.fenced(run, async (db) => {
      if (run.pages_fetched === 0) await this.versions.open(db, run); // it came here straight away
      const current = await rows<{ job_id: string }>(
        db,
        'SELECT current_job_id AS job_id FROM wikis WHERE wiki_id = $1 AND current_job_id IS NOT NULL',
        [run.wiki_id],
      );
      await this.versions.keepOnly(db, run.wiki_id, [run.job_id, ...current.map(({ job_id }) => job_id)]);
    });
    await this.runs.end(run, 'completed');
    return undefined;
  }
}
