import { type Queryable, rows } from '../../database/rows.js';
import type { ShownTag } from './shown-tags.js';

/** A decision that is written down already, and its place in the order of all. */
export interface WrittenDecision {
  readonly decision_id: string;
  readonly seq: number;
  readonly wiki_id: number;
  readonly decision: 'approve' | 'reject' | 'rename';
  readonly tag_key: string;
  readonly new_tag: string | null;
  readonly new_key: string | null;
}

interface Verdict extends Pick<ShownTag, 'page_id' | 'tag' | 'tag_key' | 'confidence' | 'source'> {
  readonly verdict: 'applied' | 'rejected';
}

/**
 * Writes what a decision says of each page in `carriers`, the tag as the pages show it.
 * @param forOnePage a rename of many pages leaves the new name alone where people rejected that on the page
 */
export async function writeVerdicts(
  db: Queryable,
  made: WrittenDecision,
  carriers: readonly ShownTag[],
  forOnePage: boolean,
): Promise<void> {
  const { decision, tag_key, new_tag, new_key } = made;
  if (decision !== 'rename' || new_tag === null || new_key === null) {
    const verdict = decision === 'approve' ? 'applied' : 'rejected';
    return insert(
      db,
      made,
      carriers.map((tag) => ({ ...tag, verdict })),
    );
  }
  const refused = forOnePage ? new Set() : await rejectedOn(db, made.wiki_id, new_key, carriers);
  const renamed = carriers
    .filter(({ page_id }) => !refused.has(page_id))
    .map(({ page_id }): Verdict => {
      return { page_id, tag: new_tag, tag_key: new_key, verdict: 'applied', confidence: 1, source: 'human' };
    });
  const gone = new_key === tag_key ? [] : carriers.map((tag): Verdict => ({ ...tag, verdict: 'rejected' }));
  return insert(db, made, [...gone, ...renamed]);
}

async function rejectedOn(
  db: Queryable,
  wikiId: number,
  key: string,
  pages: readonly ShownTag[],
): Promise<Set<unknown>> {
  const found = await rows<{ page_id: string }>(
    db,
    `SELECT page_id FROM last_verdicts WHERE wiki_id = $1 AND page_id = ANY($2) AND tag_key = $3 AND verdict = 'rejected'`,
    [wikiId, pages.map(({ page_id }) => page_id), key],
  );
  return new Set(found.map(({ page_id }) => page_id));
}

async function insert(db: Queryable, { decision_id, seq, wiki_id }: WrittenDecision, verdicts: readonly Verdict[]) {
  await rows(
    db,
    `INSERT INTO page_verdicts (decision_id, seq, wiki_id, page_id, tag, tag_key, verdict, confidence, source)
     SELECT $1, $2, $3, v.* FROM unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::real[], $9::text[])
         AS v (page_id, tag, tag_key, verdict, confidence, source)`,
    [
      ...[decision_id, seq, wiki_id],
      verdicts.map((v) => v.page_id),
      verdicts.map((v) => v.tag),
      verdicts.map((v) => v.tag_key),
      verdicts.map((v) => v.verdict),
      verdicts.map((v) => v.confidence),
      verdicts.map((v) => v.source),
    ],
  );
}
