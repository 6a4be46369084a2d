import { randomBytes } from 'node:crypto';
import { tagKey } from '../../common/fold.js';
import { type Queryable, rows } from '../../database/rows.js';
import { shownTags } from './shown-tags.js';
import { type WrittenDecision, writeVerdicts } from './verdicts.js';

export interface PageTag {
  readonly page_id: string;
  readonly tag: string;
}

const DECIDED_BY = 'somebody in the wiki';

/**
 * Somebody took one of our tags off a page in the wiki itself: that is a rejection for this page. Inside the transaction of
 * the caller, who holds the wiki's row.
 */
export async function rejectRemovedInWiki(db: Queryable, wikiId: number, pageId: string, tag: string): Promise<void> {
  const key = tagKey(tag);
  const shown = (await shownTags(db, wikiId, [key], [pageId])).filter((one) => one.tag_key === key);
  if (shown.some(({ status }) => status === 'rejected')) return;
  const [made] = await rows<WrittenDecision>(
    db,
    `INSERT INTO decisions (decision_id, wiki_id, decision, tag, tag_key, page_id, changed, decided_by)
     VALUES ($1, $2, 'reject', $3, $4, $5, 1, $6)
     RETURNING decision_id, seq, wiki_id, decision, tag_key, new_tag, new_key`,
    [`dec_${randomBytes(8).toString('hex')}`, wikiId, shown[0]?.tag ?? tag, key, pageId, DECIDED_BY],
  );
  const gone = { page_id: pageId, tag, tag_key: key, confidence: 0, source: 'cluster', status: 'suggested' } as const;
  await writeVerdicts(db, made!, shown.length > 0 ? shown : [gone], true);
}

/**
 * The same for tags that people had put there themselves, where a run gives them too: or else the next export would put back
 * what they took off.
 */
export async function rejectDroppedInWiki(db: Queryable, wikiId: number, dropped: readonly PageTag[]): Promise<void> {
  if (dropped.length === 0) return;
  const keys = [...new Set(dropped.map(({ tag }) => tagKey(tag)))];
  const pages = [...new Set(dropped.map(({ page_id }) => page_id))];
  const shown = new Set(
    (await shownTags(db, wikiId, keys, pages)).map((one) => JSON.stringify([one.page_id, one.tag_key])),
  );
  for (const { page_id, tag } of dropped)
    if (shown.has(JSON.stringify([page_id, tagKey(tag)]))) await rejectRemovedInWiki(db, wikiId, page_id, tag);
}
