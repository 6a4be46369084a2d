import { Inject, Injectable, Logger } from '@nestjs/common';
import { TAGGER } from '../../tagging/tagging.module.js';
import { type Tagger, type TaggerSession, type TagSuggestion } from '../../tagging/types.js';
import { type ClusteredWiki, type ClusterRow, CorpusReader, keyOfCluster, pathUp, taggingCorpus } from '../corpus.js';
import { verdictOn } from '../fault-policy.js';
import { tagsOfPage } from '../page-tagging.js';
import { PageTagsRepository } from '../page-tags.repository.js';
import type { Run } from '../run.js';
import { RunRepository } from '../run.repository.js';
import { settleAll } from '../settle.js';
import type { Stage, StageContext } from '../stage.js';

/** Pages that get their tags in one transaction, at least: enough to save round trips, few enough for live progress. */
const PAGES_A_BATCH = 500;

/**
 * Tags every cluster, the broadest layer first, a broader one of the same pages as one below it with that, and gives the tags to the members. A cluster that cannot be tagged is
 * named in the run's errors and skipped: its pages keep the tags they had.
 */
@Injectable()
export class TagStage implements Stage {
  readonly name = 'tag';
  private readonly logger = new Logger(TagStage.name);

  constructor(
    private readonly runs: RunRepository,
    private readonly corpus: CorpusReader,
    private readonly pageTags: PageTagsRepository,
    @Inject(TAGGER) private readonly tagger: Tagger,
  ) {}

  async run({ run, signal }: StageContext): Promise<undefined> {
    const wiki = await this.corpus.read(run);
    const tags = new Map(
      [...wiki.clusters.values()].flatMap((c) => (c.tags === null ? [] : [[c.cluster_id, c.tags] as const])),
    );
    const untagged = [...wiki.clusters.values()].filter((c) => c.state === 'new');
    const asked = untagged.filter((c) => !wiki.twins.has(c.cluster_id));
    if (asked.length > 0) await this.tagAll(run, wiki, asked, tags, signal);
    for (const { cluster_id } of untagged)
      if (wiki.twins.has(cluster_id)) await this.tagAsTwin(run, cluster_id, wiki.twins.get(cluster_id)!, tags);
    const unapplied = [...wiki.clusters.values()].filter(
      (c) => c.layer === 0 && c.state !== 'applied' && tags.has(c.cluster_id),
    );
    for (const batch of batches(unapplied, (c) => wiki.members.get(c.cluster_id)?.length ?? 0)) {
      signal.throwIfAborted();
      await this.apply(run, wiki, batch, tags);
    }
    await this.runs.countAgain(run, 0);
    return undefined;
  }

  private async tagAll(
    run: Run,
    wiki: ClusteredWiki,
    clusters: readonly ClusterRow[],
    tags: Map<number, TagSuggestion[]>,
    signal: AbortSignal,
  ): Promise<void> {
    const { groups, pages } = taggingCorpus(wiki);
    const groupOf = new Map(groups.map((g) => [g.key, g]));
    const session = await this.tagger.prepare({ pages, groups }, signal);
    try {
      // broad before narrow: a narrow cluster's tags do not repeat those above it
      for (const layer of [...new Set(clusters.map((c) => c.layer))].sort((a, b) => b - a)) {
        const inLayer = clusters.filter((c) => c.layer === layer);
        await settleAll(inLayer, signal, async ({ cluster_id }, ends) => {
          const given = await this.tagOne(run, session, cluster_id, groupOf.get(keyOfCluster(cluster_id))!, ends);
          if (given !== undefined) tags.set(cluster_id, given);
        });
      }
    } finally {
      await session.close();
    }
  }

  private async tagOne(
    run: Run,
    session: TaggerSession,
    clusterId: number,
    group: Parameters<TaggerSession['tag']>[0],
    signal: AbortSignal,
  ) {
    return this.attempt(run, clusterId, async () => {
      const given = [...(await session.tag(group, signal))];
      await this.runs.fenced(run, async (db) => {
        await this.pageTags.saveClusterTags(db, run, clusterId, given);
        await this.runs.count(db, run, { clusters_processed: 1, tags_generated: given.length });
      });
      return given;
    });
  }

  /** A broader cluster of the same pages as one below it has the same tags, and costs no question; or it failed with that. */
  private async tagAsTwin(
    run: Run,
    clusterId: number,
    twin: number,
    tags: Map<number, TagSuggestion[]>,
  ): Promise<void> {
    const given = tags.get(twin);
    await this.runs.fenced(run, async (db) => {
      if (given === undefined) await this.pageTags.setClusterState(db, run, clusterId, 'failed');
      else await this.pageTags.saveClusterTags(db, run, clusterId, given);
      await this.runs.count(db, run, { clusters_processed: 1, tags_generated: given?.length ?? 0 });
    });
    if (given !== undefined) tags.set(clusterId, given);
  }

  /** Gives the tags of clusters, and of the ones above them, to their members: a page's old tags or its new ones, never both. */
  private async apply(
    run: Run,
    wiki: ClusteredWiki,
    clusters: readonly ClusterRow[],
    tags: ReadonlyMap<number, readonly TagSuggestion[]>,
  ): Promise<void> {
    const fresh = clusters.flatMap(({ cluster_id }) => {
      const path = pathUp(cluster_id, wiki.clusters);
      const pages = (wiki.members.get(cluster_id) ?? []).map((i) => wiki.pages[i]!).filter((page) => page.fresh);
      return pages.map((page) => ({ page, path }));
    });
    const ids = fresh.map(({ page }) => page.page_id);
    const { weigh } = this.tagger;
    const given = fresh.flatMap(({ page, path }) =>
      tagsOfPage(page, path, tags, 'cluster', page.probability, run, weigh),
    );
    await this.runs.fenced(run, async (db) => {
      const applied = await this.pageTags.replace(db, run, ids, given);
      for (const { cluster_id } of clusters) await this.pageTags.setClusterState(db, run, cluster_id, 'applied');
      await this.runs.count(db, run, { tags_applied: applied });
    });
  }

  /** Does one cluster's work. What is wrong with that cluster alone is noted and skipped; the rest ends the stage. */
  private async attempt<T>(run: Run, clusterId: number, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      const { outcome, reason } = verdictOn(error);
      if (outcome !== 'skip') throw error;
      this.logger.warn(`cluster ${clusterId}: ${reason}`);
      await this.runs.fenced(run, async (db) => {
        await this.pageTags.setClusterState(db, run, clusterId, 'failed');
        await this.runs.addErrors(db, run.job_id, [{ cluster_id: clusterId, stage: this.name, error: reason }]);
        await this.runs.count(db, run, { clusters_processed: 1 });
      });
      return undefined;
    }
  }
}

/** Cuts `items` into runs whose sizes add up to PAGES_A_BATCH or a little more. */
function batches<T>(items: readonly T[], sizeOf: (item: T) => number): T[][] {
  const out: T[][] = [];
  let room = 0;
  for (const item of items) {
    if (room <= 0) {
      out.push([]);
      room = PAGES_A_BATCH;
    }
    out.at(-1)!.push(item);
    room -= sizeOf(item);
  }
  return out;
}
