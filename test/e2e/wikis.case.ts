import { expect, it } from '@jest/globals';
import { chineseWiki } from '../support/chinese-wiki.js';
import { numbers, topicPages, unrelatedPages } from '../support/made-pages.js';
import type { TestService } from '../support/service.js';
import { exportOf, makeWiki, type PageInput, runToEnd } from '../support/wiki-client.js';

/** Pairs of pages of one truth in two clusters, or of two truths in one: both shares are 0 for a perfect answer. */
function mixedClusters(pages: readonly { cluster_id: number | null; truth: unknown }[]): number {
  const truths = new Map<number, Set<unknown>>();
  for (const { cluster_id, truth } of pages)
    if (cluster_id !== null) truths.set(cluster_id, (truths.get(cluster_id) ?? new Set()).add(truth));
  return [...truths.values()].filter((set) => set.size > 1).length;
}

/** Wikis of all kinds, run to their end with the defaults. */
export function wikisOfAllKinds(service: () => TestService): void {
  it('completes a wiki without pages, with zeros', async () => {
    const wiki = await makeWiki(service(), []);
    const job = await runToEnd(service(), wiki);
    expect(job).toMatchObject({
      status: 'completed',
      errors: [],
      progress: { pages_fetched: 0, clusters_created: 0, tags_applied: 0, outliers_handled: 0 },
    });
    expect(await exportOf(service(), wiki)).toEqual([]);
  });

  it.each([1, 2])('completes a wiki of %i pages', async (count) => {
    const wiki = await makeWiki(service(), topicPages(count, 1));
    const job = await runToEnd(service(), wiki);
    expect(job).toMatchObject({ status: 'completed', progress: { pages_fetched: count } });
    expect(await exportOf(service(), wiki)).toHaveLength(count);
  });

  it.each([
    [20, 2],
    [100, 5],
    [500, 10],
  ])('finds the topics of a wiki of %i pages in %i topics', async (count, topics) => {
    const pages = topicPages(count, topics);
    const wiki = await makeWiki(service(), pages);
    const job = await runToEnd(service(), wiki);
    expect(job).toMatchObject({ status: 'completed', errors: [], progress: { pages_fetched: count } });
    const truth = new Map(pages.map((p) => [p.page_id, p.topic]));
    const exported = (await exportOf(service(), wiki)).map((p) => ({ ...p, truth: truth.get(p.page_id) }));
    expect(mixedClusters(exported)).toBe(0);
    expect(new Set(exported.filter((p) => p.cluster_id !== null).map((p) => p.truth)).size).toBe(topics);
    expect(exported.filter((p) => p.cluster_id === null).length).toBeLessThanOrEqual(count * 0.05);
    expect(exported.filter((p) => p.tags.some((t) => t.status === 'applied')).length).toBeGreaterThanOrEqual(
      count * 0.85,
    );
  });

  it('puts pages that are all the same into one cluster', async () => {
    const [one] = topicPages(1, 1);
    const pages = Array.from({ length: 30 }, (_, i) => ({ ...one!, page_id: `same-${i}` }));
    const wiki = await makeWiki(service(), pages);
    expect(await runToEnd(service(), wiki)).toMatchObject({ status: 'completed', errors: [] });
    const exported = await exportOf(service(), wiki);
    expect(new Set(exported.map((p) => p.cluster_id))).toEqual(new Set([0]));
    expect(exported.every((p) => p.tags.some((t) => t.status === 'applied'))).toBe(true);
  });

  it('calls pages that have nothing in common outliers, all of them', async () => {
    const wiki = await makeWiki(service(), unrelatedPages(40));
    expect(await runToEnd(service(), wiki)).toMatchObject({
      status: 'completed',
      progress: { pages_fetched: 40, clusters_created: 0, outliers_handled: 40 },
    });
    expect((await exportOf(service(), wiki)).every((p) => p.cluster_id === null)).toBe(true);
  });

  it('copes with a wiki of which 90 % are copies of one page', async () => {
    const others = topicPages(20, 2, 3);
    const [page] = topicPages(1, 1, 5).map((p) => ({ ...p, text: `${p.text} copied ${p.text}` }));
    const copies = Array.from({ length: 180 }, (_, i) => ({
      ...page!,
      page_id: `copy-${String(i).padStart(3, '0')}`,
      title: 'copied',
      text: 'nothing but copied boilerplate stands here',
    }));
    const wiki = await makeWiki(service(), [...others, ...copies]);
    expect(await runToEnd(service(), wiki)).toMatchObject({ status: 'completed' });
    const exported = await exportOf(service(), wiki);
    const clustersOfCopies = new Set(exported.filter((p) => p.page_id.startsWith('copy-')).map((p) => p.cluster_id));
    expect(clustersOfCopies.size).toBe(1);
    expect([...clustersOfCopies][0]).not.toBeNull();
  });

  it('takes pages with empty texts as outliers and clusters the others', async () => {
    const empty: PageInput[] = Array.from({ length: 8 }, (_, i) => ({ page_id: `empty-${i}`, title: '', text: '' }));
    const wiki = await makeWiki(service(), [...topicPages(40, 4), ...empty]);
    expect(await runToEnd(service(), wiki)).toMatchObject({ status: 'completed', progress: { pages_fetched: 48 } });
    const exported = await exportOf(service(), wiki);
    expect(exported.filter((p) => p.page_id.startsWith('empty-')).every((p) => p.cluster_id === null)).toBe(true);
    expect(
      exported.filter((p) => !p.page_id.startsWith('empty-') && p.cluster_id !== null).length,
    ).toBeGreaterThanOrEqual(38);
  });

  it('tags a Chinese wiki in Chinese', async () => {
    const wiki = await makeWiki(
      service(),
      chineseWiki.map(({ page_id, title, text }) => ({ page_id, title, text })),
    );
    expect(await runToEnd(service(), wiki)).toMatchObject({ status: 'completed', errors: [] });
    const topic = new Map(chineseWiki.map((p) => [p.page_id, p.topic]));
    const exported = (await exportOf(service(), wiki)).map((p) => ({ ...p, truth: topic.get(p.page_id) }));
    expect(mixedClusters(exported)).toBe(0);
    expect(new Set(exported.filter((p) => p.cluster_id !== null).map((p) => p.truth)).size).toBe(3);
    const tags = exported.flatMap((p) => p.tags.map((t) => t.tag));
    expect(tags.filter((t) => !/\p{Script=Han}/u.test(t))).toEqual([]);
  });

  it('refuses a wiki that mixes vectors of 384 and 1,536 numbers, naming a page', async () => {
    const next = numbers(9);
    const vector = (dims: number) => Array.from({ length: dims }, () => next() - 0.5);
    const pages = topicPages(12, 2).map((p, i) => ({ ...p, embedding: vector(i === 7 ? 1536 : 384) }));
    const wiki = await makeWiki(service(), pages);
    const { status, body } = await service().post('/analyze/wiki/cluster', { wiki_id: wiki });
    expect(status).toBe(422);
    expect(body).toMatchObject({ code: 'embedding_dims_mismatch', page_id: 'p00007' });
  });
}
