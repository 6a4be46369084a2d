import { Injectable } from '@nestjs/common';
import { rows } from '../../database/rows.js';
import { RunRepository } from '../run.repository.js';
import type { Stage, StageContext } from '../stage.js';

/** Clears what only earlier runs needed and ends the run. */
@Injectable()
export class FinishStage implements Stage {
  readonly name = 'finish';

  constructor(private readonly runs: RunRepository) {}

  async run({ run }: StageContext): Promise<undefined> {
    await this.runs.fenced(run, async (db) => {
      if (run.pages_fetched === 0)
        await rows(db, 'UPDATE wikis SET current_job_id = $2 WHERE wiki_id = $1', [run.wiki_id, run.job_id]);
      // pages of a failed cluster keep the tags of an earlier run, and with them that run's clusters
      await rows(
        db,
        `DELETE FROM page_clusters pc USING runs r WHERE r.job_id = pc.job_id AND r.wiki_id = $1 AND r.job_id <> $2`,
        [run.wiki_id, run.job_id],
      );
      await rows(
        db,
        `DELETE FROM clusters c USING runs r WHERE r.job_id = c.job_id AND r.wiki_id = $1 AND r.job_id <> $2
            AND NOT EXISTS (SELECT 1 FROM page_tags t JOIN clusters own ON own.job_id = t.job_id AND own.cluster_id = t.cluster_id
                             WHERE t.wiki_id = $1 AND t.job_id = c.job_id)`,
        [run.wiki_id, run.job_id],
      );
    });
    await this.runs.end(run, 'completed');
    return undefined;
  }
}
