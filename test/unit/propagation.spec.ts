import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fold, foldedWords } from '../../src/common/fold.js';
import { type PropagationPage, propagateToPage } from '../../src/tagging/propagation/propagate.js';
import { firmness } from '../../src/tagging/propagation/weigh.js';
import type { TagSuggestion } from '../../src/tagging/types.js';

const page = (more: Partial<PropagationPage> = {}): PropagationPage => ({
  pageIndex: 7,
  groupKeys: ['narrow', 'broad'],
  source: 'cluster',
  strength: 1,
  humanTags: [],
  title: '',
  text: '',
  ...more,
});
const tags = (groups: Record<string, [string, number][]>) =>
  new Map(Object.entries(groups).map(([key, list]) => [key, list.map(([tag, confidence]) => ({ tag, confidence }))]));

describe('propagateToPage', () => {
  it('gives the tags of its own group and of those above, applied from the threshold on', () => {
    const rows = propagateToPage(
      page(),
      tags({
        narrow: [['Sourdough', 0.9]],
        broad: [
          ['Baking', 0.7],
          ['Flour', 0.69],
        ],
      }),
      0.7,
    );
    expect(rows).toEqual([
      { pageIndex: 7, tag: 'Sourdough', confidence: 0.9, source: 'cluster', status: 'applied', groupKey: 'narrow' },
      { pageIndex: 7, tag: 'Baking', confidence: 0.7, source: 'cluster', status: 'applied', groupKey: 'broad' },
      { pageIndex: 7, tag: 'Flour', confidence: 0.69, source: 'cluster', status: 'suggested', groupKey: 'broad' },
    ]);
  });

  it('multiplies by how near a page is that was given to its nearest cluster', () => {
    const rows = propagateToPage(page({ source: 'nearest', strength: 0.5 }), tags({ narrow: [['Tea', 0.8]] }), 0.7);
    expect(rows).toMatchObject([{ tag: 'Tea', confidence: 0.4, source: 'nearest', status: 'suggested' }]);
  });

  it('lets the higher confidence win where two groups give one tag', () => {
    const rows = propagateToPage(page(), tags({ narrow: [['Tea', 0.6]], broad: [['teas', 0.8]] }), 0.7);
    expect(rows).toMatchObject([{ tag: 'Tea', confidence: 0.8, status: 'applied', groupKey: 'broad' }]);
  });

  it('repeats no word of a narrower tag', () => {
    const rows = propagateToPage(
      page(),
      tags({
        narrow: [['GitHub Actions', 0.9]],
        broad: [
          ['GitHub', 0.9],
          ['CI', 0.8],
        ],
      }),
      0.7,
    );
    expect(rows.map(({ tag }) => tag)).toEqual(['GitHub Actions', 'CI']);
  });

  it('does not give a tag that the page has by hand', () => {
    expect(
      propagateToPage(page({ humanTags: ['github-action'] }), tags({ narrow: [['GitHub Actions', 0.9]] }), 0.7),
    ).toEqual([]);
  });

  it('tells the weighing what the page says, and which tag is the first of its own group', () => {
    const seen: unknown[] = [];
    propagateToPage(
      page({ title: 'Two loaves', text: 'of sourdough' }),
      tags({
        narrow: [
          ['Sourdough', 0.9],
          ['Rye', 0.8],
        ],
        broad: [['Loaf', 0.7]],
      }),
      0.7,
      (evidence) => {
        seen.push(...evidence.map(({ said, first }) => [said, first]));
        return evidence.map(() => 0.5);
      },
    );
    expect(seen).toEqual([
      [true, true],
      [false, false],
      [false, false],
    ]);
  });

  it('gives nothing where the groups failed', () => {
    expect(propagateToPage(page(), new Map(), 0.7)).toEqual([]);
  });

  const name = fc.constantFrom(
    'Tea',
    'teas',
    'Green tea',
    'GitHub',
    'GitHub Actions',
    'CSS',
    'C++',
    'café',
    'Cafés',
    '',
    '!',
  );
  const suggestion: fc.Arbitrary<TagSuggestion> = fc.record({
    tag: name,
    confidence: fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(Number.NaN, -1, 2)),
  });
  const groups = fc
    .dictionary(fc.constantFrom('narrow', 'broad', 'broadest'), fc.array(suggestion, { maxLength: 5 }))
    .map((g) => new Map(Object.entries(g)));
  const anyPage = fc.record({
    pageIndex: fc.nat(),
    groupKeys: fc.shuffledSubarray(['narrow', 'broad', 'broadest']),
    source: fc.constantFrom('cluster' as const, 'nearest' as const, 'individual' as const),
    strength: fc.double({ min: 0, max: 1, noNaN: true }),
    humanTags: fc.array(name, { maxLength: 3 }),
    title: fc.string(),
    text: fc.string(),
  });

  it('keeps its promises whatever the tags', () => {
    fc.assert(
      fc.property(anyPage, groups, fc.double({ min: 0, max: 1, noNaN: true }), (anyone, given, threshold) => {
        const rows = propagateToPage(anyone, given, threshold);
        const human = new Set(anyone.humanTags.map(fold));
        expect(new Set(rows.map(({ tag }) => fold(tag))).size).toBe(rows.length);
        for (const row of rows) {
          const best = Math.max(
            ...anyone.groupKeys.flatMap((key) =>
              (given.get(key) ?? [])
                .filter(({ tag }) => fold(tag) === fold(row.tag))
                .map((t) => (t.confidence > 1 ? 1 : t.confidence || 0)),
            ),
          );
          expect(human.has(fold(row.tag))).toBe(false);
          expect(row.confidence).toBeGreaterThanOrEqual(0);
          expect(row.confidence).toBeLessThanOrEqual(Math.max(0, best));
          expect(row.status).toBe(row.confidence >= threshold ? 'applied' : 'suggested');
          expect(row.source).toBe(anyone.source);
          expect(anyone.groupKeys).toContain(row.groupKey);
        }
      }),
    );
  });

  it('repeats no word from one layer to the next, whatever the tags', () => {
    fc.assert(
      fc.property(anyPage, groups, (anyone, given) => {
        const firstLayer = new Map<string, number>();
        for (const { tag } of propagateToPage(anyone, given, 0.7)) {
          const layer = anyone.groupKeys.findIndex((key) =>
            (given.get(key) ?? []).some((t) => fold(t.tag) === fold(tag)),
          );
          for (const word of foldedWords(tag)) {
            expect(firstLayer.get(word) ?? layer).toBe(layer);
            firstLayer.set(word, layer);
          }
        }
      }),
    );
  });
});

describe('firmness', () => {
  it('never falls with the probability and never hides a member', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (a, b) => {
        expect(firmness(Math.min(a, b))).toBeLessThanOrEqual(firmness(Math.max(a, b)));
        expect(firmness(a)).toBeGreaterThanOrEqual(0.85);
        expect(firmness(a)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
