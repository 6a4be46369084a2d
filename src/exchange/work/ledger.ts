import { type Queryable, rows } from '../../database/rows.js';
import type { Claimed } from './claims.repository.js';

// What stands in the wiki because we wrote it there.

/** Our tags on these pages, as the pages spell them; of all pages of the place where none are named. */
export async function writtenTags(
  db: Queryable,
  { wiki_id, place }: Claimed,
  pageIds: readonly string[] | null = null,
): Promise<Map<string, string[]>> {
  const found = await rows<{ page_id: string; tags: string[] }>(
    db,
    `SELECT page_id, array_agg(tag ORDER BY tag) AS tags FROM written_tags
      WHERE wiki_id = $1 AND place = $2 AND ($3::text[] IS NULL OR page_id = ANY($3)) GROUP BY page_id`,
    [wiki_id, place, pageIds],
  );
  return new Map(found.map(({ page_id, tags }) => [page_id, tags]));
}

/** Notes what an edit did to a page. */
export async function noteTags(
  db: Queryable,
  { wiki_id, place }: Claimed,
  pageId: string,
  added: readonly string[],
  removed: readonly string[],
): Promise<void> {
  await rows(db, 'DELETE FROM written_tags WHERE wiki_id = $1 AND place = $2 AND page_id = $3 AND tag = ANY($4)', [
    wiki_id,
    place,
    pageId,
    removed,
  ]);
  await rows(
    db,
    `INSERT INTO written_tags (wiki_id, place, page_id, tag) SELECT $1, $2, $3, unnest($4::text[]) ON CONFLICT DO NOTHING`,
    [wiki_id, place, pageId, added],
  );
}
