import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type List, listFrom } from '../../common/cursor.js';
import { tagKey } from '../../common/fold.js';
import { noSuchWiki } from '../../common/not-found.js';
import { rows } from '../../database/rows.js';
import { saidBy } from '../../tagging/propagation/said.js';
import { clusterAsDecided, tagRulesOf } from '../../wiki/tag-rules.js';
import { scopeOf } from '../decisions/scope.js';
import type { ReviewItem, ReviewQuery } from './review.schemas.js';
import { type TagFacts, whyOf } from './why.js';

type Row = Omit<ReviewItem, 'why'> & Omit<TagFacts, 'said'> & { readonly cluster_tags: readonly { tag: string }[] };

/** What `saidBy` reads of a text, at most. */
const READ_CHARACTERS = 20_000;

/** The tags of published pages, for people to look through. */
@Injectable()
export class ReviewRepository {
  constructor(private readonly db: DataSource) {}

  /** By page_id and tag. @throws {Problem} wiki_not_found, page_not_found, cluster_not_found */
  async items(wikiId: number, query: ReviewQuery): Promise<List<'items', ReviewItem>> {
    const { page_id, cluster_id, limit } = query;
    const [wiki] = await rows<{ job: string | null }>(
      this.db,
      'SELECT current_job_id AS job FROM wikis WHERE wiki_id = $1',
      [wikiId],
    );
    if (wiki === undefined) throw noSuchWiki(wikiId);
    const ofPage = page_id === undefined ? null : (await scopeOf(this.db, wikiId, wiki.job, { page_id })).pageIds;
    const ofCluster =
      cluster_id === undefined ? null : (await scopeOf(this.db, wikiId, wiki.job, { cluster_id })).pageIds;
    const found = await this.find(wikiId, query, [ofPage, ofCluster]);
    const { items, next_cursor } = listFrom('items', found, limit, ({ page_id, tag }) => [page_id, tag]);
    const said = await this.said(wikiId, items);
    const rules = wiki.job === null ? new Map() : await tagRulesOf(this.db, wiki.job);
    return {
      items: items.map((row) => {
        const { probability: _, nearest_confidence, decision, decided_by, decided_tag, cluster_tags, ...item } = row;
        const cluster_label = clusterAsDecided({ label: row.cluster_label, tags: cluster_tags }, rules).label;
        return { ...item, cluster_label, why: whyOf({ ...row, cluster_label, said: said(row) }) };
      }),
      next_cursor,
    };
  }

  private find(
    wikiId: number,
    { status, tag, q, cursor, limit }: ReviewQuery,
    [ofPage, ofCluster]: readonly (readonly string[] | null)[],
  ): Promise<Row[]> {
    return rows<Row>(
      this.db,
      `SELECT t.page_id, p.title, t.tag, t.confidence, t.source, t.status, t.cluster_id, c.label AS cluster_label,
              coalesce(c.tags, '[]') AS cluster_tags, t.decision_id,
              pc.probability, pc.nearest_confidence, d.decision, d.decided_by, d.tag AS decided_tag
         FROM page_tags t JOIN pages p USING (wiki_id, page_id) JOIN wikis w USING (wiki_id)
         LEFT JOIN clusters c ON c.job_id = t.job_id AND c.cluster_id = t.cluster_id
         LEFT JOIN page_clusters pc ON pc.job_id = w.current_job_id AND pc.page_id = t.page_id
         LEFT JOIN decisions d ON d.decision_id = t.decision_id
        WHERE t.wiki_id = $1 AND p.published AND t.status = $2
          AND ($3::text IS NULL OR t.tag_key = $3)
          AND ($4::text IS NULL OR t.tag ILIKE $4 OR p.title ILIKE $4)
          AND ($5::text[] IS NULL OR t.page_id = ANY($5))
          AND ($6::text[] IS NULL OR t.page_id = ANY($6))
          AND ($7::text IS NULL OR t.page_id > $7 OR (t.page_id = $7 AND t.tag COLLATE "C" > $8))
        ORDER BY t.page_id, t.tag COLLATE "C" LIMIT $9`,
      [
        ...[wikiId, status, tag === undefined ? null : tagKey(tag)],
        ...[q === undefined ? null : `%${q.replace(/[\\%_]/g, '\\$&')}%`, ofPage, ofCluster],
        ...[cursor?.[0] ?? null, cursor?.[1] ?? null, limit + 1],
      ],
    );
  }

  /** Tells of each item whether its page says the tag. */
  private async said(wikiId: number, items: readonly Row[]): Promise<(item: Row) => boolean> {
    const pages = await rows<{ page_id: string; title: string; text: string }>(
      this.db,
      `SELECT page_id, title, left(text, ${READ_CHARACTERS}) AS text FROM pages WHERE wiki_id = $1 AND page_id = ANY($2)`,
      [wikiId, [...new Set(items.map(({ page_id }) => page_id))]],
    );
    const says = new Map(pages.map((page) => [page.page_id, saidBy(page)]));
    return ({ page_id, tag }) => says.get(page_id)?.(tag) === true;
  }
}
