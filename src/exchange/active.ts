import { Problem } from '../common/problem.js';
import { type Queryable, rows } from '../database/rows.js';

/** SQL: the statuses in which a worker has something to do. One exchange a wiki may be in them. */
export const ACTIVE = `('queued', 'running', 'writing', 'undoing')`;

/** @throws {Problem} exchange_active */
export async function assertNoneActive(db: Queryable, wikiId: number): Promise<void> {
  const [active] = await rows<{ exchange_id: string }>(
    db,
    `SELECT exchange_id FROM exchanges WHERE wiki_id = $1 AND status IN ${ACTIVE}`,
    [wikiId],
  );
  if (active === undefined) return;
  const how = `wait for its end or cancel it: POST /exchanges/${active.exchange_id}/cancel`;
  throw new Problem('exchange_active', `Exchange ${active.exchange_id} is under way; ${how}.`, active);
}
