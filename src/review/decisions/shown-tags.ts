import { type Queryable, rows } from '../../database/rows.js';

/** A tag of a page as the wiki shows it. */
export interface ShownTag {
  readonly page_id: string;
  readonly tag_key: string;
  readonly tag: string;
  readonly confidence: number;
  readonly source: 'cluster' | 'nearest' | 'individual' | 'human';
  readonly status: 'applied' | 'suggested' | 'rejected';
}

/** What the wiki shows of the tags `keys`, on `pageIds` or, where that is null, on all pages. */
export function shownTags(
  db: Queryable,
  wikiId: number,
  keys: readonly string[],
  pageIds: readonly string[] | null,
): Promise<ShownTag[]> {
  return rows(
    db,
    `SELECT page_id, tag_key, tag, confidence, source, status FROM page_tags
      WHERE wiki_id = $1 AND tag_key = ANY($2) ${pageIds === null ? '' : 'AND page_id = ANY($3)'}`,
    [wikiId, keys, ...(pageIds === null ? [] : [pageIds])],
  );
}

/** How many pages show these tags differently. */
export function pagesChanged(before: readonly ShownTag[], after: readonly ShownTag[]): number {
  const words = (tags: readonly ShownTag[]) =>
    new Map(tags.map((t) => [JSON.stringify([t.page_id, t.tag_key, t.tag, t.status]), t.page_id]));
  const [old, now] = [words(before), words(after)];
  const differ = (some: ReadonlyMap<string, string>, others: ReadonlyMap<string, string>) =>
    [...some].flatMap(([word, page]) => (others.has(word) ? [] : [page]));
  return new Set([...differ(old, now), ...differ(now, old)]).size;
}
