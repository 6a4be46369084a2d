import { setTimeout as sleep } from 'node:timers/promises';
import { orphans } from '../../test/support/orphans.js';
import { ask } from './database.js';
import { outcomeOf, type StartedRun } from './wikis.js';
import type { World } from './world.js';

/** What went wrong, counted; all zeros is what is wanted. */
export interface Verdict {
  lostPages: number;
  wrongTags: number;
  orphanedRows: number;
  promptsPaidTwice: number;
  runsNotCompleted: number;
  webhookIdsTooMany: number;
  webhooksMissing: number;
  forgedWebhooks: number;
}

export const CLEAN: Verdict = {
  lostPages: 0,
  wrongTags: 0,
  orphanedRows: 0,
  promptsPaidTwice: 0,
  runsNotCompleted: 0,
  webhookIdsTooMany: 0,
  webhooksMissing: 0,
  forgedWebhooks: 0,
};

/** A commit takes a moment: an answer counts as stored this long after its transaction began. */
const COMMIT_MS = 250;
const WEBHOOK_PATIENCE_MS = 60_000;

/** Compares ended runs, page by page, with what undisturbed runs of the same wikis gave. */
export async function compare(
  world: World,
  runs: readonly StartedRun[],
  undisturbed: readonly ReadonlyMap<string, string>[],
  verdict: Verdict,
  complain: (line: string) => void,
): Promise<void> {
  for (const run of runs) {
    const wanted = undisturbed[run.variant]!;
    const found = await outcomeOf(world, run);
    for (const [pageId, outcome] of wanted) {
      if (!found.has(pageId)) verdict.lostPages++;
      else if (found.get(pageId) !== outcome) {
        verdict.wrongTags++;
        complain(`${run.jobId}, page ${pageId}:\n  wanted ${outcome}\n  found  ${found.get(pageId)}`);
      }
    }
  }
}

/** Prompts that came again though their answer was stored. Forgets what it has judged, and the stored answers with it. */
export async function judgePayments(world: World, verdict: Verdict): Promise<void> {
  const rows = await ask<{ hash: string; stored: number }>(
    world.postgres.url,
    `SELECT encode(hash, 'hex') AS hash, (extract(epoch FROM created_at) * 1000)::float8 AS stored FROM llm_answers`,
  );
  const storedAt = new Map(rows.map(({ hash, stored }) => [hash, stored]));
  for (const { hash, askedAt } of world.model.answered.splice(0))
    if (askedAt > (storedAt.get(hash) ?? Number.POSITIVE_INFINITY) + COMMIT_MS) verdict.promptsPaidTwice++;
  await ask(world.postgres.url, 'TRUNCATE llm_answers'); // the next round shall ask again
}

export async function judgeRows(world: World, verdict: Verdict, complain: (line: string) => void): Promise<void> {
  const found = await orphans(world.postgres.url);
  verdict.orphanedRows += found.length;
  for (const kind of found) complain(`orphaned row: ${kind}`);
}

/** Every run that ended has told it once: one webhook-id an end. Waits for those that are still under way. */
export async function judgeWebhooks(
  world: World,
  ends: ReadonlyMap<string, readonly string[]>,
  verdict: Verdict,
  complain: (line: string) => void,
): Promise<void> {
  const idsOf = (jobId: string, type: string) =>
    new Set(world.receiver.received.filter((r) => r.jobId === jobId && r.type === type).map((r) => r.id));
  const wanted = [...ends].flatMap(([jobId, statuses]) =>
    statuses.map((status) => ({ jobId, type: `cluster_tag_wiki.${status}` })),
  );
  const missing = () => wanted.filter(({ jobId, type }) => idsOf(jobId, type).size === 0);
  for (const end = Date.now() + WEBHOOK_PATIENCE_MS; missing().length > 0 && Date.now() < end; await sleep(250));
  for (const { jobId, type } of missing()) complain(`no webhook ${type} for ${jobId}`);
  verdict.webhooksMissing += missing().length;
  const told = new Set(world.receiver.received.map((r) => `${r.jobId} ${r.type}`));
  for (const key of told) {
    const [jobId, type] = key.split(' ') as [string, string];
    const tooMany = Math.max(0, idsOf(jobId, type).size - 1);
    const unexpected = wanted.some((w) => w.jobId === jobId && w.type === type) ? 0 : 1;
    if (tooMany + unexpected > 0) complain(`${idsOf(jobId, type).size} webhook-ids for ${key}`);
    verdict.webhookIdsTooMany += tooMany + unexpected;
  }
  verdict.forgedWebhooks += world.receiver.forged;
}
