import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { recordAudit } from '../../access/audit.js';
import type { Actor } from '../../access/caller.js';
import { type List, listFrom } from '../../common/cursor.js';
import { tagKey } from '../../common/fold.js';
import { noSuchDecision, noSuchWiki } from '../../common/not-found.js';
import { Problem } from '../../common/problem.js';
import { rows } from '../../database/rows.js';
import type { Decided, Decision, DecisionListQuery, NewDecision } from './decisions.schemas.js';
import { rulesFrom, type WideDecision } from './rules.js';
import { type Scope, scopeOf } from './scope.js';
import { pagesChanged, shownTags } from './shown-tags.js';
import { type WrittenDecision, writeVerdicts } from './verdicts.js';

type DecisionRow = Omit<Decision, 'decided_at'> & { seq: number; decided_at: Date };

/** What people decided on tags. Runs know nothing of it: it lies over whatever result the wiki shows. */
@Injectable()
export class DecisionsRepository {
  constructor(private readonly db: DataSource) {}

  /**
   * Writes a decision down; from then on it holds.
   * @param decidedBy who, for people
   * @throws {Problem} wiki_not_found, page_not_found, cluster_not_found, tag_not_found
   */
  async decide(wikiId: number, request: NewDecision, decidedBy: string, actor: Actor): Promise<Decided> {
    return this.db.transaction(async (db) => {
      const scope = await scopeOf(db, wikiId, await lockDecisions(db, wikiId), request);
      const key = tagKey(request.tag);
      const keys = request.new_tag === undefined ? [key] : [key, tagKey(request.new_tag)];
      const before = await shownTags(db, wikiId, keys, scope.pageIds);
      if (!before.some((tag) => tag.tag_key === key)) throw noSuchTag(wikiId, request);
      const made = await this.write(db, wikiId, request, scope, decidedBy);
      if (scope.pageIds === null) await this.settleRules(db, wikiId);
      if (scope.pageIds !== null || made.decision === 'approve') {
        const forOnePage = request.page_id !== undefined;
        const carriers = (await shownTags(db, wikiId, [key], scope.pageIds)).filter(
          (tag) => forOnePage || tag.status !== 'rejected',
        );
        await writeVerdicts(db, made, carriers, forOnePage);
      }
      const changed = pagesChanged(before, await shownTags(db, wikiId, keys, scope.pageIds));
      await rows(db, 'UPDATE decisions SET changed = $2 WHERE decision_id = $1', [made.decision_id, changed]);
      await recordAudit(db, actor, 'tag.decide', { wiki_id: wikiId, subject: made.decision_id });
      return { decision_id: made.decision_id, changed };
    });
  }

  /** Newest first. @throws {Problem} wiki_not_found */
  async list(wikiId: number, { limit, cursor }: DecisionListQuery): Promise<List<'decisions', Decision>> {
    const found = await rows<DecisionRow>(
      this.db,
      `SELECT seq, decision_id, decision, tag, new_tag, page_id, cluster_id, job_id, changed, decided_by, decided_at
         FROM decisions WHERE wiki_id = $1 AND ($2::int IS NULL OR seq < $2) ORDER BY seq DESC LIMIT $3`,
      [wikiId, cursor ?? null, limit + 1],
    );
    if (found.length === 0 && (await rows(this.db, 'SELECT 1 FROM wikis WHERE wiki_id = $1', [wikiId])).length === 0)
      throw noSuchWiki(wikiId);
    const { decisions, next_cursor } = listFrom('decisions', found, limit, (row) => row.seq);
    return {
      decisions: decisions.map(({ seq: _, ...row }) => ({ ...row, decided_at: row.decided_at.toISOString() })),
      next_cursor,
    };
  }

  /** Makes it as if the decision had never been made. @throws {Problem} wiki_not_found, decision_not_found */
  async takeBack(wikiId: number, decisionId: string, actor: Actor): Promise<void> {
    await this.db.transaction(async (db) => {
      await lockDecisions(db, wikiId);
      const gone = await rows(db, 'DELETE FROM decisions WHERE wiki_id = $1 AND decision_id = $2 RETURNING 1', [
        wikiId,
        decisionId,
      ]);
      if (gone.length === 0) throw noSuchDecision(decisionId);
      await this.settleRules(db, wikiId);
      await recordAudit(db, actor, 'tag.take_back', { wiki_id: wikiId, subject: decisionId });
    });
  }

  private async write(
    db: EntityManager,
    wikiId: number,
    { decision, tag, page_id, cluster_id, new_tag }: NewDecision,
    { jobId }: Scope,
    decidedBy: string,
  ): Promise<WrittenDecision> {
    const [made] = await rows<WrittenDecision>(
      db,
      `INSERT INTO decisions (decision_id, wiki_id, decision, tag, tag_key, page_id, cluster_id, job_id, new_tag, new_key, changed, decided_by)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11)
       RETURNING decision_id, seq, wiki_id, decision, tag_key, new_tag, new_key`,
      [
        ...[`dec_${randomBytes(8).toString('hex')}`, wikiId, decision, tag, tagKey(tag)],
        ...[page_id ?? null, cluster_id ?? null, jobId, new_tag ?? null],
        ...[new_tag === undefined ? null : tagKey(new_tag), decidedBy],
      ],
    );
    return made!;
  }

  private async settleRules(db: EntityManager, wikiId: number): Promise<void> {
    const wide = await rows<WideDecision>(
      db,
      `SELECT decision_id, seq, decision, tag_key, new_tag, new_key FROM decisions
        WHERE wiki_id = $1 AND page_id IS NULL AND cluster_id IS NULL ORDER BY seq`,
      [wikiId],
    );
    const rules = rulesFrom(wide);
    await rows(db, 'DELETE FROM tag_rules WHERE wiki_id = $1', [wikiId]);
    await rows(
      db,
      `INSERT INTO tag_rules (wiki_id, decision_id, seq, tag_key, new_tag, new_key)
       SELECT $1, r.* FROM unnest($2::text[], $3::int[], $4::text[], $5::text[], $6::text[])
           AS r (decision_id, seq, tag_key, new_tag, new_key)`,
      [
        wikiId,
        rules.map((r) => r.decision_id),
        rules.map((r) => r.seq),
        rules.map((r) => r.tag_key),
        rules.map((r) => r.new_tag),
        rules.map((r) => r.new_key),
      ],
    );
  }
}

/** Decisions on a wiki take turns, so that rules are made of all of them. Gives the current run. @throws {Problem} wiki_not_found */
async function lockDecisions(db: EntityManager, wikiId: number): Promise<string | null> {
  const [wiki] = await rows<{ current_job_id: string | null }>(
    db,
    'SELECT current_job_id FROM wikis WHERE wiki_id = $1 FOR NO KEY UPDATE',
    [wikiId],
  );
  if (wiki === undefined) throw noSuchWiki(wikiId);
  return wiki.current_job_id;
}

function noSuchTag(wikiId: number, { tag, page_id, cluster_id }: NewDecision): Problem {
  const where =
    page_id !== undefined ? `Page '${page_id}'` : cluster_id !== undefined ? `Cluster ${cluster_id}` : `Wiki ${wikiId}`;
  return new Problem(
    'tag_not_found',
    `${where} has no tag '${tag}' from a run. Tags that people gave in the wiki are changed there. List what there is: GET /wikis/${wikiId}/review.`,
  );
}
