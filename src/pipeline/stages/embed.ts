import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { rows } from '../../database/rows.js';
import { EMBEDDER } from '../../embedding/embedding.module.js';
import type { Embedder } from '../../embedding/types.js';
import { RunFailed } from '../faults.js';
import type { Run } from '../run.js';
import { RunRepository } from '../run.repository.js';
import type { Stage, StageContext } from '../stage.js';
import { VectorsRepository } from '../vectors.repository.js';

/** Pages embedded and stored at a time where the embedder takes each page on its own: what a crash can cost. */
const CHUNK = 512;
export const GIVEN = 'given';

interface PageText {
  readonly page_id: string;
  readonly title: string;
  readonly text: string;
}

/**
 * Sees to it that every page has a vector of one space.
 *
 * All pages came with vectors: those are used. Else a fitted embedder (LSA) embeds the whole wiki, since its space has
 * nothing in common with foreign vectors; any other embeds just the pages that have none.
 */
@Injectable()
export class EmbedStage implements Stage {
  readonly name = 'embed';

  constructor(
    private readonly db: DataSource,
    private readonly runs: RunRepository,
    private readonly vectors: VectorsRepository,
    @Inject(EMBEDDER) private readonly embedder: Embedder,
  ) {}

  async run({ run, signal }: StageContext): Promise<undefined> {
    const given = await this.vectors.known(run.wiki_id, GIVEN);
    const [counted] = await rows<{ n: number }>(
      this.db,
      'SELECT count(*)::int AS n FROM pages WHERE wiki_id = $1 AND published',
      [run.wiki_id],
    );
    let models: string[];
    if (given.size === counted?.n) models = [GIVEN];
    else if (this.embedder.fitted) {
      await this.embedWhole(run, signal);
      models = [this.embedder.model];
    } else {
      await this.embedMissing(run, given, signal);
      models = [GIVEN, this.embedder.model];
    }
    await this.runs.fenced(run, (db) =>
      rows(db, 'UPDATE runs SET vector_models = $2 WHERE job_id = $1', [run.job_id, models]),
    );
  }

  private async embedWhole(run: Run, signal: AbortSignal): Promise<void> {
    const pages = await this.pages(run.wiki_id);
    const corpus = createHash('sha256');
    for (const page of pages) corpus.update(page.page_id).update('\0').update(hashOf(page));
    const hash = corpus.digest();
    const known = await this.vectors.known(run.wiki_id, this.embedder.model);
    if (known.size === pages.length && [...known.values()].every((h) => h.equals(hash))) return; // nothing changed since
    const { data, dims } = await this.embedder.embed(pages, { signal });
    signal.throwIfAborted();
    const ids = pages.map((p) => p.page_id);
    await this.runs.fenced(run, async (db) => {
      await rows(db, 'DELETE FROM page_vectors WHERE wiki_id = $1 AND model = $2', [run.wiki_id, this.embedder.model]);
      await this.vectors.store(
        db,
        run.wiki_id,
        this.embedder.model,
        ids,
        ids.map(() => hash),
        data,
        dims,
      );
    });
  }

  private async embedMissing(run: Run, given: ReadonlyMap<string, Buffer>, signal: AbortSignal): Promise<void> {
    const known = await this.vectors.known(run.wiki_id, this.embedder.model);
    const pages = (await this.pages(run.wiki_id)).filter(
      (page) => !given.has(page.page_id) && known.get(page.page_id)?.equals(hashOf(page)) !== true,
    );
    for (let at = 0; at < pages.length; at += CHUNK) {
      const chunk = pages.slice(at, at + CHUNK);
      const { data, dims } = await this.embedder.embed(chunk, { signal });
      signal.throwIfAborted();
      await this.runs.fenced(run, (db) =>
        this.vectors.store(
          db,
          run.wiki_id,
          this.embedder.model,
          chunk.map((p) => p.page_id),
          chunk.map(hashOf),
          data,
          dims,
        ),
      );
    }
    const missing = await rows<{ page_id: string }>(
      this.db,
      `SELECT page_id FROM pages p WHERE wiki_id = $1 AND published
          AND NOT EXISTS (SELECT 1 FROM page_vectors v WHERE v.wiki_id = p.wiki_id AND v.page_id = p.page_id AND v.model = ANY($2)) LIMIT 1`,
      [run.wiki_id, [GIVEN, this.embedder.model]],
    );
    if (missing[0] !== undefined)
      throw new RunFailed(`Page '${missing[0].page_id}' changed while the wiki was being embedded. Resume the run.`);
  }

  private pages(wikiId: number): Promise<PageText[]> {
    return rows(this.db, 'SELECT page_id, title, text FROM pages WHERE wiki_id = $1 AND published ORDER BY page_id', [
      wikiId,
    ]);
  }
}

function hashOf(page: PageText): Buffer {
  return createHash('sha256').update(page.title).update('\0').update(page.text).digest();
}
