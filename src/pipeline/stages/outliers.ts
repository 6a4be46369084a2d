import { Inject, Injectable, Logger } from '@nestjs/common';
import { TAGGER } from '../../tagging/tagging.module.js';
import type { Tagger } from '../../tagging/types.js';
import { type ClusteredWiki, CorpusReader, keyOfPage, pathUp, taggingCorpus } from '../corpus.js';
import { verdictOn } from '../fault-policy.js';
import { tagsOfPage, tagsOfSinglePage } from '../page-tagging.js';
import { PageTagsRepository } from '../page-tags.repository.js';
import type { Run } from '../run.js';
import { RunRepository } from '../run.repository.js';
import { settleAll } from '../settle.js';
import type { Stage, StageContext } from '../stage.js';

const CHUNK = 1000;

/** Deals with the pages in no cluster as `handle_outliers` says. One that fails is noted and skipped. */
@Injectable()
export class OutliersStage implements Stage {
  readonly name = 'outliers';
  private readonly logger = new Logger(OutliersStage.name);

  constructor(
    private readonly runs: RunRepository,
    private readonly corpus: CorpusReader,
    private readonly pageTags: PageTagsRepository,
    @Inject(TAGGER) private readonly tagger: Tagger,
  ) {}

  async run({ run, signal }: StageContext): Promise<undefined> {
    const wiki = await this.corpus.read(run);
    const todo = wiki.outliers.filter((i) => wiki.pages[i]!.fresh);
    await this.runs.countAgain(run, 0); // all of it is done again after a crash
    if (run.options.handle_outliers === 'individual') {
      const { handled, tags } = await this.tagEach(run, wiki, todo, signal);
      await this.runs.countAgain(run, handled, tags);
    } else {
      const nearest = run.options.handle_outliers === 'nearest';
      for (let at = 0; at < todo.length; at += CHUNK) {
        signal.throwIfAborted();
        await this.store(run, wiki, todo.slice(at, at + CHUNK), nearest);
      }
      await this.runs.countAgain(run, todo.length);
    }
    return undefined;
  }

  /** `nearest`: the tags of the nearest cluster and those above, weakly. `skip`: none, and none of an earlier run. */
  private async store(run: Run, wiki: ClusteredWiki, indices: readonly number[], nearest: boolean): Promise<void> {
    const tagsOf = new Map(
      [...wiki.clusters.values()].flatMap((c) => (c.tags === null ? [] : [[c.cluster_id, c.tags] as const])),
    );
    const tags = nearest
      ? indices.flatMap((i) => {
          const page = wiki.pages[i]!;
          return tagsOfPage(
            page,
            pathUp(page.nearest_cluster_id, wiki.clusters),
            tagsOf,
            'nearest',
            page.nearest_confidence,
            run,
            this.tagger.weigh,
          );
        })
      : [];
    const ids = indices.map((i) => wiki.pages[i]!.page_id);
    await this.runs.fenced(run, async (db) => {
      const applied = await this.pageTags.replace(db, run, ids, tags);
      if (nearest) await this.pageTags.assign(db, run, ids);
      await this.runs.count(db, run, { outliers_handled: ids.length, tags_applied: applied });
    });
  }

  /** Gives how many pages were tagged, and with how many tags. */
  private async tagEach(
    run: Run,
    wiki: ClusteredWiki,
    indices: readonly number[],
    signal: AbortSignal,
  ): Promise<{ handled: number; tags: number }> {
    const done = { handled: 0, tags: 0 };
    if (indices.length === 0) return done;
    const corpus = taggingCorpus(wiki, indices);
    const groupOf = new Map(corpus.groups.map((g) => [g.key, g]));
    const session = await this.tagger.prepare(corpus, signal);
    try {
      await settleAll(indices, signal, async (index, ends) => {
        const page = wiki.pages[index]!;
        try {
          const tags = await session.tag(groupOf.get(keyOfPage(index))!, ends);
          const given = tagsOfSinglePage(page, tags, run, this.tagger.weigh);
          await this.runs.fenced(run, async (db) => {
            const applied = await this.pageTags.replace(db, run, [page.page_id], given);
            await this.runs.count(db, run, {
              outliers_handled: 1,
              tags_applied: applied,
              tags_generated: tags.length,
            });
          });
          done.handled++;
          done.tags += tags.length;
        } catch (error) {
          await this.note(run, page.page_id, error);
        }
      });
      return done;
    } finally {
      await session.close();
    }
  }

  private async note(run: Run, pageId: string, error: unknown): Promise<void> {
    const { outcome, reason } = verdictOn(error);
    if (outcome !== 'skip') throw error;
    this.logger.warn(`page ${pageId}: ${reason}`);
    await this.runs.fenced(run, (db) =>
      this.runs.addErrors(db, run.job_id, [
        { cluster_id: null, stage: 'outliers', error: `page '${pageId}': ${reason}` },
      ]),
    );
  }
}
