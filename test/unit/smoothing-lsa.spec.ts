import { describe, expect, it } from '@jest/globals';
import { autoCluster } from '../../src/clustering/smoothing/auto.js';
import { LsaEmbedder } from '../../src/embedding/lsa/lsa.embedder.js';
import { numbers, topicPages, unrelatedPages } from '../support/made-pages.js';
import { samplePages, sampleTopics } from '../support/sample-wiki.js';

interface Text {
  readonly title?: string | undefined;
  readonly text?: string | undefined;
}

/** Clusters pages as the service does with its defaults, and counts what went wrong. */
async function cluster(pages: readonly Text[], truth: readonly unknown[]) {
  const vectors = await new LsaEmbedder().embed(
    pages.map(({ title, text }) => ({ title: title ?? '', text: text ?? '' })),
  );
  const { labels, clusters } = await autoCluster(vectors, { backend: 'auto' });
  const truths = new Map<number, Set<unknown>>();
  labels.forEach((label, i) => {
    if (label >= 0) truths.set(label, (truths.get(label) ?? new Set()).add(truth[i]));
  });
  return {
    clusters: truths.size,
    mixed: [...truths.values()].filter((set) => set.size > 1).length,
    outliers: labels.filter((label) => label < 0).length,
    layers: new Set(clusters.map((c) => c.layer)).size,
  };
}

const sample = samplePages();
const topicOf = sampleTopics();

/** `count` pages of the sample wiki drawn by lot, in their order. */
function subset(count: number, seed: number) {
  const next = numbers(count * 100 + seed);
  const lots = sample.map((page) => ({ page, lot: next() }));
  const kept = new Set([...lots].sort((a, b) => a.lot - b.lot).slice(0, count));
  const pages = lots.filter((l) => kept.has(l)).map((l) => l.page);
  return { pages, truth: pages.map((page) => topicOf.get(page.page_id)) };
}

describe('the default method on the vectors of LSA', () => {
  it('finds the seven topics of the sample wiki, in one layer, with hardly an outlier', async () => {
    const found = await cluster(
      sample,
      sample.map((page) => topicOf.get(page.page_id)),
    );
    expect(found).toMatchObject({ clusters: 7, mixed: 0, layers: 1 });
    expect(found.outliers).toBeLessThanOrEqual(2);
  });

  it.each([53, 40])('finds them in any %i pages of it', async (count) => {
    for (let seed = 0; seed < 8; seed++) {
      const { pages, truth } = subset(count, seed);
      const found = await cluster(pages, truth);
      expect({ seed, ...found }).toMatchObject({ clusters: 7, mixed: 0 });
      expect(found.outliers).toBeLessThanOrEqual(Math.ceil(count * 0.05));
    }
  });

  // Thirty pages get six clusters at most where the nearest two have something in common: bread and coffee, three pages
  // each, were seen to become one.
  it('joins two topics in at most one of eight draws of 30 pages, and leaves out few', async () => {
    let mixed = 0;
    for (let seed = 0; seed < 8; seed++) {
      const { pages, truth } = subset(30, seed);
      const found = await cluster(pages, truth);
      mixed += found.mixed;
      expect({ seed, few: found.outliers <= 3 }).toEqual({ seed, few: true });
    }
    expect(mixed).toBeLessThanOrEqual(1);
  });

  it.each([
    [20, 2],
    [100, 5],
    [500, 10],
  ])('finds the topics of made wikis (%i pages in %i topics)', async (count, topics) => {
    for (const seed of [1, 2, 3]) {
      const pages = topicPages(count, topics, seed);
      const found = await cluster(
        pages,
        pages.map((page) => page.topic),
      );
      expect(found).toMatchObject({ clusters: topics, mixed: 0 });
      expect(found.outliers).toBeLessThanOrEqual(count * 0.05);
    }
  });

  it('calls pages without a common word outliers, all of them', async () => {
    const pages = unrelatedPages(40);
    expect(await cluster(pages, pages)).toMatchObject({ clusters: 0, outliers: 40 });
  });
});
