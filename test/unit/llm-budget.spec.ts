import { describe, expect, it } from '@jest/globals';
import { beyondBudget } from '../../src/tagging/llm/budget.js';
import type { TagGroup, TaggingCorpus } from '../../src/tagging/types.js';
import { start } from '../support/llm.js';
import { group, smallCorpus } from '../support/tagging.js';

/** `broad` groups of decreasing size, with `narrow` ones below them in turn. */
function corpusOf(pages: number, narrow: number, broad: number): TaggingCorpus {
  const { pages: few } = smallCorpus();
  const members = (count: number) => Array.from({ length: count }, (_, i) => i % few.length);
  const above = Array.from({ length: broad }, (_, i) => group(`broad ${i}`, members(30 + broad - i)));
  const below: TagGroup[] = Array.from({ length: narrow }, (_, i) =>
    group(`narrow ${i}`, members(5), `broad ${i % broad}`),
  );
  return { pages: Array.from({ length: pages }, (_, i) => few[i % few.length]), groups: [...above, ...below] };
}

describe('the calls that a wiki is worth', () => {
  it.each([
    [100, 40, 10, 0],
    [1000, 50, 12, 2],
    [2000, 100, 30, 10],
    [2000, 200, 30, 30],
  ])('%i pages, %i narrow and %i broad groups: %i broad ones are not asked about, the smallest', (...counts) => {
    const [pages, narrow, broad, expected] = counts;
    const unasked = beyondBudget(corpusOf(pages, narrow, broad));
    const last = Array.from({ length: expected }, (_, i) => `broad ${broad - expected + i}`);
    expect([...unasked].sort()).toEqual(last.sort());
  });

  it('are all that is made; a broad group beyond them is tagged offline', async () => {
    const corpus = corpusOf(100, 55, 8);
    const { fake, session } = await start({ corpus });
    const tags = await Promise.all(corpus.groups.map((g) => session.tag(g)));
    expect(fake.asked).toHaveLength(60);
    expect(tags.slice(8).every((given) => given.length > 0)).toBe(true);
  });
});
