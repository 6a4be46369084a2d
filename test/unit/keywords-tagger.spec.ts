import { describe, expect, it } from '@jest/globals';
import { KeywordsTagger } from '../../src/tagging/keywords/keywords-tagger.js';
import type { TagGroup, TaggingCorpus } from '../../src/tagging/types.js';

const page = (title: string, text: string) => ({ title, text, humanTags: [] });
const group = (key: string, members: number[], parentKey: string | null = null): TagGroup => ({
  key,
  members,
  representatives: members,
  parentKey,
});

const BREAD = ['Sourdough starter', 'Feeding a sourdough starter', 'Baking sourdough bread'].map((title) =>
  page(
    title,
    `A sourdough starter is flour and water. The starter ferments the bread dough. ${title} takes a warm day.`,
  ),
);
const GIT = ['Git branches', 'Rebasing in Git', 'Undoing a Git commit'].map((title) =>
  page(title, `With Git you keep history. A branch in Git is a pointer to a commit. ${title} needs a clean checkout.`),
);
const corpus: TaggingCorpus = {
  pages: [...BREAD, ...GIT],
  groups: [group('bread', [0, 1, 2]), group('git', [3, 4, 5])],
};

describe('KeywordsTagger', () => {
  it('names each group by what its pages are about', async () => {
    const session = await new KeywordsTagger().prepare(corpus);
    const [bread, git] = await Promise.all(corpus.groups.map((g) => session.tag(g)));
    expect(bread[0].tag).toMatch(/^sourdough( starter)?$/i);
    expect(git[0].tag).toBe('Git');
    for (const { confidence } of [...bread, ...git]) {
      expect(confidence).toBeGreaterThan(0);
      expect(confidence).toBeLessThanOrEqual(1);
    }
    await session.close();
  });

  it('says why a group without usable words has no tag', async () => {
    const empty: TaggingCorpus = { pages: [page('', ''), page('42', '…')], groups: [group('empty', [0, 1])] };
    const session = await new KeywordsTagger().prepare(empty);
    await expect(session.tag(empty.groups[0])).rejects.toMatchObject({
      kind: 'permanent',
      message: expect.stringMatching(/no words/),
    });
  });

  it('stops when asked to', async () => {
    await expect(new KeywordsTagger().prepare(corpus, AbortSignal.abort(new Error('enough')))).rejects.toThrow(
      'enough',
    );
    const controller = new AbortController();
    const running = new KeywordsTagger().prepare(corpus, controller.signal);
    controller.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
  });
});
