import { describe, expect, it } from '@jest/globals';
import { type TagFacts, whyOf } from '../../../src/review/queue/why.js';

const FACTS: TagFacts = {
  tag: 'coffee',
  source: 'cluster',
  cluster_label: 'Coffee',
  probability: 0.93,
  nearest_confidence: 0,
  said: true,
  decision: null,
  decided_by: null,
  decided_tag: null,
};

describe('why a tag is there', () => {
  it.each<[Partial<TagFacts>, string]>([
    [
      {},
      'It comes from the cluster “Coffee”, where the page belongs firmly (93 %). The page says it in so many words.',
    ],
    [
      { probability: 0.5, said: false },
      'It comes from the cluster “Coffee”, where the page belongs fairly well (50 %). The page does not say it in these words.',
    ],
    [
      { probability: 0.1, cluster_label: null },
      'It comes from its cluster, where the page belongs loosely (10 %). The page says it in so many words.',
    ],
    [{ probability: null }, 'It comes from the cluster “Coffee”. The page says it in so many words.'],
    [
      { source: 'nearest', nearest_confidence: 0.41 },
      'The page is in no cluster; the tag comes from the nearest, “Coffee” (41 % fit). The page says it in so many words.',
    ],
    [
      { source: 'individual', said: false },
      'The page is in no cluster and was tagged on its own. The page does not say it in these words.',
    ],
    [
      { decision: 'approve', decided_by: 'anna', decided_tag: 'coffee', probability: 1 },
      'Approved by anna. It comes from the cluster “Coffee”, where the page belongs firmly (100 %). The page says it in so many words.',
    ],
    [
      { source: 'human', decision: 'rename', decided_by: 'anna', decided_tag: 'cofee' },
      'Renamed from “cofee” by anna.',
    ],
    [
      { decision: 'rename', decided_by: 'anna', decided_tag: 'coffee', probability: null },
      'Renamed by anna. It comes from the cluster “Coffee”. The page says it in so many words.',
    ],
  ])('%j', (facts, why) => expect(whyOf({ ...FACTS, ...facts })).toBe(why));
});
