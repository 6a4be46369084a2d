import { describe, expect, it } from '@jest/globals';
import { type TaggingCorpus } from '../../src/tagging/types.js';
import { answerOf, broaderTagsIn, type Script } from '../support/fake-openai.js';
import { start } from '../support/llm.js';
import { group, smallCorpus } from '../support/tagging.js';

const corpus = smallCorpus();
const [bread, sailing, chess] = corpus.groups;

describe('a call', () => {
  it('asks for strict structured output at temperature 0, with the key', async () => {
    const { fake, session } = await start({ apiKey: 'sk-test' });
    await session.tag(bread);
    expect(fake.asked[0].authorization).toBe('Bearer sk-test');
    expect(fake.asked[0].body).toMatchObject({
      model: 'fake',
      temperature: 0,
      response_format: { type: 'json_schema', json_schema: { strict: true, schema: { additionalProperties: false } } },
    });
  });

  it('sends no Authorization header where there is no key', async () => {
    const { fake, session } = await start();
    await session.tag(bread);
    expect(fake.asked[0].authorization).toBeUndefined();
  });

  it('of many at once keeps to the concurrency, and asks once for each group', async () => {
    const { fake, session } = await start({ concurrency: 2, latencyMs: 20 });
    await Promise.all([...corpus.groups, ...corpus.groups].map((g) => session.tag(g)));
    expect(fake.peak).toBe(2);
    expect(fake.asked).toHaveLength(corpus.groups.length);
  });
});

describe('broader and narrower groups', () => {
  const members = corpus.pages.map((_, i) => i);
  const layered: TaggingCorpus = {
    pages: corpus.pages,
    groups: [
      group('top', members),
      group('middle', members.slice(0, 10), 'top'),
      group('leaf', members.slice(0, 5), 'middle'),
    ],
  };
  const [top, middle, leaf] = layered.groups;
  const script: Script = ({ user }) => ({
    content: answerOf([
      [`level${'abc'[broaderTagsIn(user).length]}`, 0.5],
      ['levela', 0.4],
    ]),
  });

  it('the narrower waits for the broader, knows all tags above it and repeats none', async () => {
    const { fake, session } = await start({ script, corpus: layered });
    await expect(session.tag(leaf)).resolves.toEqual([{ tag: 'levelc', confidence: 0.5 }]);
    await Promise.all([top, middle].map((g) => session.tag(g)));
    expect(fake.asked).toHaveLength(3);
  });

  it('the narrower keeps the broader tags where the model has no others', async () => {
    const { session } = await start({ corpus: layered, script: () => ({ content: answerOf([['levela', 0.4]]) }) });
    await expect(session.tag(leaf)).resolves.toEqual([{ tag: 'levela', confidence: 0.4 }]);
  });

  it('a broader group that fails is named by itself and does not take the narrower along', async () => {
    const { fake, session } = await start({
      corpus: layered,
      script: ({ user }) => (user.includes('15 pages') ? { refusal: 'no' } : undefined),
    });
    await expect(session.tag(top)).rejects.toMatchObject({ kind: 'permanent' });
    await expect(session.tag(middle)).resolves.not.toHaveLength(0);
    await expect(session.tag(leaf)).resolves.not.toHaveLength(0);
    expect(fake.asked).toHaveLength(3);
  });
});

describe('blank pages among the representatives', () => {
  it('are not quoted; where all are blank, other members are', async () => {
    const blank = { title: ' ', text: '\n', humanTags: [] };
    const pages = [blank, blank, ...corpus.pages.slice(0, 3)];
    const groups = [0, 1].map((from) => ({
      ...group(`g${from}`, [0, 1, 2, 3, 4]),
      representatives: [0, 1, 2].slice(0, 2 + from),
    }));
    const { fake, session } = await start({ corpus: { pages, groups } });
    for (const g of groups) await session.tag(g);
    const titles = corpus.pages.slice(0, 3).map(({ title }) => title);
    expect(fake.asked.map((asked) => asked.titles)).toEqual([titles, titles.slice(0, 1)]);
  });
});

describe('the words that the wiki uses already', () => {
  it('are shown to the model and win over its spelling', async () => {
    const pages = corpus.pages.map((page, i) => ({ ...page, humanTags: i === 0 ? ['Sourdough Breads'] : [] }));
    const { fake, session } = await start({
      corpus: { pages, groups: corpus.groups },
      script: () => ({ content: answerOf([['sourdough bread', 0.9]]) }),
    });
    await expect(session.tag(bread)).resolves.toEqual([{ tag: 'Sourdough Breads', confidence: 0.9 }]);
    expect(fake.asked[0].user).toContain('{"existing_tags":["Sourdough Breads"]}');
  });
});

describe('a server that asks for a pause', () => {
  it('is left alone by every group until then', async () => {
    const times: number[] = [];
    const script: Script = () => {
      times.push(performance.now());
      return times.length === 1 ? { status: 429, headers: { 'retry-after-ms': '300' } } : undefined;
    };
    const { session } = await start({ script, concurrency: 1 });
    await Promise.all([bread, sailing, chess].map((g) => session.tag(g)));
    expect(times).toHaveLength(4);
    expect(times[1] - times[0]).toBeGreaterThanOrEqual(295);
  });
});
