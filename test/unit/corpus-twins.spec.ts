import { describe, expect, it } from '@jest/globals';
import { type ClusterRow, type PageRow, taggingCorpus, twinsOf } from '../../src/pipeline/corpus.js';

const cluster = (cluster_id: number, layer: number, parent_id: number | null): ClusterRow => ({
  cluster_id,
  layer,
  parent_id,
  representatives: [],
  tags: null,
  state: 'new',
});
/** Two narrow clusters under 3, one alone under 4; 5 holds 3, and 6 holds 4 alone. */
const clusters = [
  cluster(0, 0, 3),
  cluster(1, 0, 3),
  cluster(2, 0, 4),
  cluster(3, 1, 5),
  cluster(4, 1, 6),
  cluster(5, 2, null),
  cluster(6, 2, null),
];
const page = (page_id: string, cluster_id: number): PageRow => ({
  page_id,
  title: page_id,
  text: '',
  human_tags: [],
  cluster_id,
  nearest_cluster_id: cluster_id,
  nearest_confidence: 1,
  probability: 1,
  fresh: true,
});

describe('a broader cluster that holds one cluster only', () => {
  it('is the twin of the narrowest of the same pages', () => {
    expect([...twinsOf(clusters)]).toEqual([
      [4, 2],
      [5, 3],
      [6, 2],
    ]);
  });

  it('is no group of its own for the tagger, nor the parent of one', () => {
    const wiki = {
      pages: [page('a', 0), page('b', 1), page('c', 2)],
      clusters: new Map(clusters.map((c) => [c.cluster_id, c])),
      members: new Map([
        [0, [0]],
        [1, [1]],
        [2, [2]],
        [3, [0, 1]],
        [4, [2]],
        [5, [0, 1]],
        [6, [2]],
      ]),
      twins: twinsOf(clusters),
      outliers: [],
    };
    const groups = taggingCorpus(wiki).groups.map(({ key, members, parentKey }) => [key, members, parentKey]);
    expect(groups).toEqual([
      ['cluster 0', [0], 'cluster 3'],
      ['cluster 1', [1], 'cluster 3'],
      ['cluster 2', [2], null],
      ['cluster 3', [0, 1], null],
    ]);
  });
});
