import { describe, expect, it } from '@jest/globals';
import { fold } from '../../src/common/fold.js';
import { type Tagger, type TaggingCorpus, TaggingError, type TagSuggestion } from '../../src/tagging/types.js';
import { isUsableTag } from '../../src/tagging/vocabulary/hygiene.js';
import { group, smallCorpus } from '../support/tagging.js';

/** What every tagger owes the pipeline. `open` gives a fresh one, with nothing remembered. */
export function taggerContract(name: string, open: () => Promise<Tagger>): void {
  const corpus = layeredCorpus();
  const byKey = (key: string) => corpus.groups.find((g) => g.key === key)!;

  describe(`${name} keeps the tagger contract`, () => {
    it.each(['bread', 'sailing', 'chess', 'single'])(
      '%s: usable tags that differ, each with a confidence',
      async (key) => {
        const session = await (await open()).prepare(corpus);
        const tags = await session.tag(byKey(key));
        expect(tags.length).toBeGreaterThan(0);
        for (const { tag, confidence } of tags) {
          expect({ tag, usable: isUsableTag(tag) }).toEqual({ tag, usable: true });
          expect(confidence).toBeGreaterThan(0);
          expect(confidence).toBeLessThanOrEqual(1);
        }
        expect(new Set(tags.map(({ tag }) => fold(tag))).size).toBe(tags.length);
        await session.close();
      },
    );

    it.each(['bread', 'sailing', 'chess'])('%s: one of the tags names the topic', async (topic) => {
      const session = await (await open()).prepare(smallCorpus());
      const tags = await session.tag(group(topic, byKey(topic).members));
      expect(tags.map(({ tag }) => fold(tag)).join(' ')).toContain(fold(topic));
      await session.close();
    });

    it('a group of unrelated pages: usable tags, or a TaggingError that says so', async () => {
      const session = await (await open()).prepare(corpus);
      const result = await outcome(session.tag(byKey('all')));
      if (Array.isArray(result)) expect(result.filter(({ tag }) => !isUsableTag(tag))).toEqual([]);
      else expect(result).toMatchObject({ name: 'TaggingError', kind: 'permanent' });
      await session.close();
    });

    it('the same corpus gives the same outcome, in any order and all at once', async () => {
      const one = await (await open()).prepare(corpus);
      const other = await (await open()).prepare(corpus);
      const forwards: unknown[] = [];
      for (const g of corpus.groups) forwards.push(await outcome(one.tag(g)));
      const backwards = await Promise.all([...corpus.groups].reverse().map((g) => outcome(other.tag(g))));
      expect(backwards.reverse()).toEqual(forwards);
      await Promise.all([one.close(), other.close()]);
    });

    it('a group with nothing to read: a TaggingError for people; the next group is tagged', async () => {
      const session = await (await open()).prepare(corpus);
      const error = await outcome(session.tag(byKey('blank')));
      expect(error).toBeInstanceOf(TaggingError);
      expect((error as TaggingError).kind).toBe('permanent');
      expect((error as TaggingError).message).toMatch(/^[A-Z][^\n{}]{20,300}\.$/);
      await expect(session.tag(byKey('bread'))).resolves.not.toHaveLength(0);
      await session.close();
    });

    it('a signal that fired: its reason, from prepare and from tag', async () => {
      const reason = new Error('cancelled by the admin');
      const signal = AbortSignal.abort(reason);
      const tagger = await open();
      await expect(tagger.prepare(corpus, signal)).rejects.toBe(reason);
      const session = await tagger.prepare(corpus);
      await expect(session.tag(byKey('bread'), signal)).rejects.toBe(reason);
      await expect(session.tag(byKey('bread'))).resolves.not.toHaveLength(0);
      await session.close();
    });

    it('a corpus of nothing is prepared and closed, twice if need be', async () => {
      const session = await (await open()).prepare({ pages: [], groups: [] });
      await session.close();
      await session.close();
    });
  });
}

/** The tags, or the error. */
function outcome(work: Promise<readonly TagSuggestion[]>): Promise<readonly TagSuggestion[] | Error> {
  return work.catch((error: Error) => error);
}

/** The small corpus with a broader group around its topics, and a group of blank pages. */
function layeredCorpus(): TaggingCorpus {
  const { pages, groups } = smallCorpus();
  const blank = { title: '', text: ' \n', humanTags: [] };
  const topics = groups.map((g) => (g.key === 'single' ? g : { ...g, parentKey: 'all' }));
  return {
    pages: [...pages, blank, blank],
    groups: [
      group(
        'all',
        pages.map((_, i) => i),
      ),
      ...topics,
      group('blank', [pages.length, pages.length + 1]),
    ],
  };
}
