import type { Job } from '../../src/jobs/jobs.schemas.js';
import { topicPages, unrelatedPages } from '../../test/support/made-pages.js';
import type { ExportedPage, PageInput } from '../../test/support/wiki-client.js';
import type { World } from './world.js';

interface Variant {
  readonly pages: readonly PageInput[];
  readonly options: Record<string, unknown>;
}

/** Different wikis that each round clusters at once: no prompt of one is asked for another. */
export const VARIANTS: readonly Variant[] = [
  { pages: topicPages(240, 12, 11), options: { handle_outliers: 'nearest' } },
  { pages: named('b', 60_000, topicPages(160, 8, 12)), options: { handle_outliers: 'skip' } },
  {
    pages: [...named('c', 90_000, topicPages(90, 6, 13)), ...unrelatedPages(12)],
    options: { handle_outliers: 'individual' },
  },
];

/** Gives the pages of another wiki titles and words of their own. */
function named(prefix: string, shift: number, pages: readonly PageInput[]): PageInput[] {
  const other = (text: string) => text.replace(/[a-z]+/g, (word) => `${prefix}${word}${shift.toString(36)}`);
  return pages.map(({ page_id, title, text }) => ({ page_id, title: other(title), text: other(text) }));
}

export interface StartedRun {
  readonly variant: number;
  readonly wikiId: number;
  readonly jobId: string;
}

let made = 0;

/** A new wiki of a variant, loaded and started; each step survives that its answer is lost. */
export async function startRun(world: World, variant: number): Promise<StartedRun> {
  const { pages, options } = VARIANTS[variant]!;
  const wikiId = 1000 + ++made;
  const name = `chaos ${wikiId}`;
  await world.patiently('POST', '/wikis', { wiki_id: wikiId, name }); // 409 where the first answer was lost
  const lines = pages.map((page) => `${JSON.stringify(page)}\n`).join('');
  await world.patiently('POST', `/wikis/${wikiId}/pages`, lines, { 'content-type': 'application/x-ndjson' });
  const { status, body } = await world.patiently<{ job_id: string }>(
    'POST',
    '/analyze/wiki/cluster',
    { wiki_id: wikiId, options, callback_url: world.callbackUrl },
    { 'idempotency-key': `chaos-${process.pid}-${wikiId}` },
  );
  if (status !== 202) throw new Error(`the run was not started: ${status} ${JSON.stringify(body)}`);
  return { variant, wikiId, jobId: body.job_id };
}

export const jobOf = async (world: World, run: StartedRun) =>
  (await world.patiently<Job>('GET', `/analyze/wiki/cluster/${run.jobId}`)).body;

/** What a reader of the wiki sees, without what differs from run to run; a line a page. */
export async function outcomeOf(world: World, run: StartedRun): Promise<Map<string, string>> {
  const { body } = await world.patiently<string>('GET', `/wikis/${run.wikiId}/export`);
  const pages = body
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as ExportedPage);
  return new Map(
    pages.map((page) => [
      page.page_id,
      JSON.stringify({
        ...page,
        tags: page.tags.map(({ job_id: _, ...tag }) => tag).sort((a, b) => (a.tag < b.tag ? -1 : 1)),
      }),
    ]),
  );
}
