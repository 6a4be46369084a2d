import { describe, expect, it } from '@jest/globals';
import { foldedWords } from '../../src/common/fold.js';
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

describe('KeywordsTagger on a wiki that people have begun to tag', () => {
  it('takes their tags as names where they fit, also for members that do not say the word', async () => {
    const pages = BREAD.map((p, i) => ({ ...p, humanTags: i < 2 ? ['Home baking'] : [] }));
    const begun: TaggingCorpus = { pages: [...pages, ...GIT], groups: corpus.groups };
    const session = await new KeywordsTagger().prepare(begun);
    const [bread, git] = await Promise.all(begun.groups.map((g) => session.tag(g)));
    expect(bread.map(({ tag }) => tag)).toContain('Home baking');
    expect(git.map(({ tag }) => tag)).not.toContain('Home baking');
  });
});

describe('KeywordsTagger and layers', () => {
  it('repeats no word of the group above', async () => {
    const layered: TaggingCorpus = {
      pages: corpus.pages,
      groups: [
        group('all', [0, 1, 2, 3, 4, 5]),
        group('bread', [0, 1, 2], 'all'),
        group('git', [3, 4, 5], 'all'),
        group('deep', [3, 4], 'git'),
      ],
    };
    const session = await new KeywordsTagger().prepare(layered);
    const [all, bread, git, deep] = await Promise.all(layered.groups.map((g) => session.tag(g)));
    const words = (tags: readonly { tag: string }[]) => tags.flatMap(({ tag }) => foldedWords(tag));
    for (const [above, below] of [
      [all, bread],
      [all, git],
      [git, deep],
      [all, deep],
    ]) {
      expect(words(below).filter((word) => words(above).includes(word))).toEqual([]);
    }
  });
});

describe('KeywordsTagger and a mixture', () => {
  it('gives a broad group no tag where its members have no common subject, and that is no fault', async () => {
    const topics = ['Sourdough', 'Git', 'Telescopes', 'Chess', 'Bees'];
    const pages = topics.flatMap((topic) =>
      [1, 2, 3].map((part) => page(`${topic} ${part}`, `${topic} ${topic} are all it says. ${topic} once more.`)),
    );
    const narrow = topics.map((topic, i) => group(topic, [3 * i, 3 * i + 1, 3 * i + 2], 'all'));
    const mixed: TaggingCorpus = { pages, groups: [group('all', [...pages.keys()]), ...narrow] };
    const session = await new KeywordsTagger().prepare(mixed);
    expect(await session.tag(mixed.groups[0])).toEqual([]);
    for (const [i, topic] of topics.entries())
      expect((await session.tag(narrow[i])).map(({ tag }) => tag)).toContain(topic);
  });
});

describe('KeywordsTagger and names of two words', () => {
  it('does not cut a name into two tags', async () => {
    const cloud = ['Deploying a folder', 'Listing files', 'Switching accounts', 'Reading logs'].map((title) =>
      page(
        `${title} on Google Cloud`,
        `Google Cloud is where it runs. In Google Cloud the bill comes from Google. ${title}.`,
      ),
    );
    const other = ['Google Maps', 'Searching with Google', 'A Google account'].map((title) =>
      page(title, `${title} by Google.`),
    );
    const wiki: TaggingCorpus = { pages: [...cloud, ...other, ...GIT], groups: [group('cloud', [0, 1, 2, 3])] };
    const session = await new KeywordsTagger().prepare(wiki);
    const names = (await session.tag(wiki.groups[0])).map(({ tag }) => tag);
    expect(names[0]).toBe('Google Cloud');
    expect(names).not.toContain('Cloud');
    expect(names).not.toContain('Google');
  });
});

describe('KeywordsTagger on a broad group', () => {
  it('does not name it by what only one of the groups below is about', async () => {
    const pages = [
      ...[1, 2, 3, 4].map((part) => page(`Sourdough ${part}`, 'The oven bakes sourdough. A warm oven and flour.')),
      ...[1, 2, 3].map((part) => page(`Chess ${part}`, 'Chess is played by two. A chess board.')),
      ...[1, 2, 3].map((part) => page(`Bees ${part}`, 'Bees live in a hive. Bees make honey.')),
    ];
    const wiki: TaggingCorpus = {
      pages,
      groups: [
        group('all', [...pages.keys()]),
        group('sourdough', [0, 1, 2, 3], 'all'),
        group('chess', [4, 5, 6], 'all'),
        group('bees', [7, 8, 9], 'all'),
      ],
    };
    const session = await new KeywordsTagger().prepare(wiki);
    expect(await session.tag(wiki.groups[0])).toEqual([]);
  });
});

describe('KeywordsTagger in any language', () => {
  it('cuts Chinese into words and puts no spaces between them', async () => {
    const text = '机器学习是人工智能的一个分支。机器学习让计算机从数据中学习。';
    const tea = '绿茶是一种茶。泡绿茶的水温不要太高。好的绿茶来自杭州。';
    const pages = [
      page('机器学习入门', text),
      page('机器学习与数据', text),
      page('怎样泡绿茶', tea),
      page('绿茶的产地', tea),
    ];
    const chinese: TaggingCorpus = { pages, groups: [group('a', [0, 1]), group('b', [2, 3])] };
    const session = await new KeywordsTagger().prepare(chinese);
    expect((await session.tag(chinese.groups[0]))[0].tag).toMatch(/机器|学习/);
    expect((await session.tag(chinese.groups[1]))[0].tag).toMatch(/茶/);
  });

  it('leaves out German stop words and keeps German capitals', async () => {
    const pages = ['Bienen im Winter', 'Bienen und Honig', 'Was Bienen brauchen'].map((title) =>
      page(
        title,
        'Die Bienen sind im Winter in ihrem Stock und nicht auf der Wiese. Mit dem Honig haben die Bienen genug für den Winter.',
      ),
    );
    const german: TaggingCorpus = { pages, groups: [group('a', [0, 1, 2])] };
    const session = await new KeywordsTagger().prepare(german);
    expect((await session.tag(german.groups[0]))[0].tag).toBe('Bienen');
  });
});

describe('KeywordsTagger on odd wikis', () => {
  it.each([1, 2, 30])('tags a wiki of %i equal pages', async (count) => {
    const pages = Array.from({ length: count }, () => BREAD[0]);
    const equal: TaggingCorpus = { pages, groups: [group('a', [...pages.keys()])] };
    const session = await new KeywordsTagger().prepare(equal);
    expect((await session.tag(equal.groups[0]))[0].tag).toMatch(/starter|sourdough/i);
  });

  it('gives the same tags again, and to the same groups in another order', async () => {
    const tagsOf = async (groups: readonly TagGroup[]) => {
      const session = await new KeywordsTagger().prepare({ pages: corpus.pages, groups });
      return Promise.all(corpus.groups.map((g) => session.tag(g)));
    };
    expect(await tagsOf([...corpus.groups].reverse())).toEqual(await tagsOf(corpus.groups));
  });
});
