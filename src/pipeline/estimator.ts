import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CONFIG, type Config } from '../config/config.js';
import { rows } from '../database/rows.js';

/** Used until runs have been seen here. An LLM call takes seconds and there is about one for 17 pages. */
const FIRST_GUESS = { startup: 2, secondsAPage: { keywords: 0.004, llm: 0.04 } } as const;

/** Guesses from earlier runs how long a run will take, and tells its place in the queue. */
@Injectable()
export class Estimator {
  constructor(
    private readonly db: DataSource,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** For a new run over `pages` pages. Seconds include the wait for the unfinished runs ahead. */
  async estimate(
    pages: number,
    tagger: 'llm' | 'keywords',
  ): Promise<{ estimated_duration_seconds: number; queue_position: number }> {
    const [seen] = await rows<{ per_page: number | null }>(
      this.db,
      `SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM completed_at - started_at) / pages_fetched) AS per_page
         FROM (SELECT * FROM runs WHERE status = 'completed' AND pages_fetched >= 50 ORDER BY completed_at DESC LIMIT 20) recent`,
    );
    const perPage = seen?.per_page ?? FIRST_GUESS.secondsAPage[tagger];
    const ahead = await rows<{ pages: number }>(
      this.db,
      `SELECT (SELECT count(*)::int FROM pages p WHERE p.wiki_id = r.wiki_id) AS pages FROM runs r WHERE status IN ('queued', 'processing')`,
    );
    const own = FIRST_GUESS.startup + pages * perPage;
    const wait =
      ahead.reduce((sum, run) => sum + FIRST_GUESS.startup + run.pages * perPage, 0) / this.config.WORKER_CONCURRENCY;
    return { estimated_duration_seconds: Math.ceil(own + wait), queue_position: ahead.length + 1 };
  }

  /** Place in the queue of each queued run: 1 is next. */
  async positions(jobIds: readonly string[]): Promise<Map<string, number>> {
    if (jobIds.length === 0) return new Map();
    const found = await rows<{ job_id: string; position: number }>(
      this.db,
      `SELECT job_id, position FROM (
         SELECT job_id, (row_number() OVER (ORDER BY created_at, job_id))::int AS position FROM runs WHERE status = 'queued') q
        WHERE job_id = ANY($1)`,
      [jobIds],
    );
    return new Map(found.map((row) => [row.job_id, row.position]));
  }
}
