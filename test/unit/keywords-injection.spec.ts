import { describe, expect, it } from '@jest/globals';
import { taggingCorpus } from '../../src/pipeline/corpus.js';
import { KeywordsTagger } from '../../src/tagging/keywords/keywords-tagger.js';
import { isUsableTag } from '../../src/tagging/vocabulary/hygiene.js';
import { AIMS } from '../support/injection/aims.js';
import { CARRIERS, type Poison } from '../support/injection/carriers.js';
import { ATTACKED, poisonedWiki } from '../support/injection/wiki.js';

/** Tags of the attacked cluster by the offline tagger. */
async function tagsOf(poison: readonly Poison[]): Promise<readonly string[]> {
  const corpus = taggingCorpus(poisonedWiki(poison));
  const session = await new KeywordsTagger().prepare(corpus);
  return (await session.tag(corpus.groups[ATTACKED]!)).map(({ tag }) => tag);
}

describe('one page that wants to name its cluster, and the offline tagger', () => {
  it.each(Object.entries(AIMS))('%s, said 200 times and in the title: not a tag', async (_, wanted) => {
    const tags = await tagsOf([{ title: `${wanted} ${wanted}`, text: `All about ${wanted}. `.repeat(200) }]);
    expect(tags[0]).toMatch(/bread/i);
    expect(tags.join(' ')).not.toMatch(/zorblax|evil|cryptocurrency|ignore|previous|script|drop table|555|[<{[@]|е/i);
    expect(tags.filter((tag) => !isUsableTag(tag))).toEqual([]);
  });

  it.each(CARRIERS.map(({ name, poison }) => [name, poison] as const))(
    'an order by %s: not a tag',
    async (_, poison) => {
      const tags = await tagsOf(poison(AIMS['a made-up slur']));
      expect(tags[0]).toMatch(/bread/i);
      expect(tags.join(' ')).not.toMatch(/zor|blax/i);
    },
  );
});
