import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { groupConfidence, weighPage } from '../../src/tagging/keywords/confidence.js';
import type { TagEvidence } from '../../src/tagging/types.js';

const share = fc.double({ min: 0, max: 1, noNaN: true });
const evidence: fc.Arbitrary<TagEvidence> = fc.record({
  groupConfidence: fc.tuple(share, fc.integer({ min: 1, max: 500 })).map(([s, n]) => groupConfidence(s, n)),
  source: fc.constantFrom('cluster' as const, 'nearest' as const, 'individual' as const),
  strength: share,
  said: fc.boolean(),
  first: fc.boolean(),
});
const firm: TagEvidence = { groupConfidence: 0.6, source: 'cluster', strength: 0.9, said: true, first: false };

describe('the confidence of a tag in a group', () => {
  it('rises with the share of pages that say it, and needs many of them to be sure', () => {
    fc.assert(
      fc.property(share, share, fc.integer({ min: 1, max: 500 }), (a, b, size) => {
        expect(groupConfidence(Math.min(a, b), size)).toBeLessThanOrEqual(groupConfidence(Math.max(a, b), size));
      }),
    );
    expect(groupConfidence(1, 3)).toBeLessThan(groupConfidence(1, 30));
  });
});

describe('the confidences of the tags of a page', () => {
  it('are those of the group for a firm member that says the tags', () => {
    const [, further] = weighPage([
      { ...firm, first: true },
      { ...firm, groupConfidence: 0.5 },
    ]);
    expect(further).toBeCloseTo(0.5);
  });

  it('fall where the page does not say the tag or hardly belongs to the group', () => {
    const lead = { ...firm, first: true };
    const [, , unsaid, loose] = weighPage([lead, firm, { ...firm, said: false }, { ...firm, strength: 0.4 }]);
    expect(unsaid).toBeLessThan(0.6);
    expect(loose).toBeLessThan(0.6);
  });

  it('reach what is applied for one tag: the first of the group where the page says it, else the best it says', () => {
    const applied = (tags: TagEvidence[]) => weighPage(tags).map((confidence) => confidence >= 0.7);
    expect(applied([{ ...firm, first: true }, firm])).toEqual([true, false]);
    expect(
      applied([
        { ...firm, first: true, said: false, groupConfidence: 0.45 },
        { ...firm, groupConfidence: 0.68 },
      ]),
    ).toEqual([false, true]);
  });

  it('never lift a tag of an outlier, nor one that is very unlikely', () => {
    expect(weighPage([{ ...firm, source: 'nearest', first: true }])[0]).toBeLessThan(0.7);
    expect(weighPage([{ ...firm, strength: 0.3, said: false, first: true }])[0]).toBeLessThan(0.25);
  });

  it('lift one tag at most, and leave nothing outside 0 … 1', () => {
    fc.assert(
      fc.property(fc.array(evidence, { maxLength: 12 }), (tags) => {
        const confidences = weighPage(tags);
        const alone = tags.map((tag) => weighPage([{ ...tag, source: 'nearest' }])[0]);
        expect(confidences.filter((confidence, i) => confidence !== alone[i]).length).toBeLessThanOrEqual(1);
        for (const confidence of confidences) expect(confidence > 0 && confidence < 1).toBe(true);
      }),
    );
  });
});
