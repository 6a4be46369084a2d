import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CONFIG, type Config } from '../../config/config.js';
import { rows } from '../../database/rows.js';
import { RunFailed } from '../faults.js';
import type { RunStage } from '../run.js';
import { RunRepository } from '../run.repository.js';
import type { Stage, StageContext } from '../stage.js';

/** Counts the pages that the run is about and checks what could have changed since the request was accepted. */
@Injectable()
export class FetchStage implements Stage {
  readonly name = 'fetch';

  constructor(
    private readonly db: DataSource,
    private readonly runs: RunRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async run({ run }: StageContext): Promise<RunStage | undefined> {
    const [counted] = await rows<{ n: number }>(
      this.db,
      'SELECT count(*)::int AS n FROM pages WHERE wiki_id = $1 AND published',
      [run.wiki_id],
    );
    const pages = counted?.n ?? 0;
    if (pages > this.config.MAX_WIKI_PAGES)
      throw new RunFailed(
        `The wiki has ${pages} pages and MAX_WIKI_PAGES is ${this.config.MAX_WIKI_PAGES}. Raise it, or delete or unpublish pages.`,
      );
    await this.runs.fenced(run, (db) =>
      rows(db, 'UPDATE runs SET pages_fetched = $2 WHERE job_id = $1', [run.job_id, pages]),
    );
    return pages === 0 ? 'finish' : undefined;
  }
}
