import { type AnswerCache } from '../../src/tagging/llm/cache.js';
import { type TagGroup, type TaggingCorpus } from '../../src/tagging/types.js';

export class MemoryCache implements AnswerCache {
  readonly answers = new Map<string, unknown>();

  async get(hash: Buffer): Promise<unknown> {
    return this.answers.get(hash.toString('hex'));
  }

  async put(hash: Buffer, _model: string, answer: unknown): Promise<void> {
    this.answers.set(hash.toString('hex'), answer);
  }
}

export function group(key: string, members: readonly number[], parentKey: string | null = null): TagGroup {
  return { key, members, representatives: members.slice(0, 5), parentKey };
}

const TOPICS: Readonly<Record<string, readonly string[]>> = {
  bread: [
    'Baking sourdough bread',
    'Bread flour and its protein',
    'Rye bread from Finland',
    'Proving bread dough',
    'Storing bread',
  ],
  sailing: [
    'Sailing upwind',
    'Knots for sailing',
    'Sailing in strong wind',
    'Choosing a sailing boat',
    'Sailing at night',
  ],
  chess: [
    'Chess openings',
    'Chess endgames with rooks',
    'A history of chess clocks',
    'Chess notation',
    'Chess for children',
  ],
};

/** Three topics of five pages, one group each (`bread`, `sailing`, `chess`), and one page alone (`single`). */
export function smallCorpus(): TaggingCorpus {
  const pages = Object.entries(TOPICS).flatMap(([topic, titles]) =>
    titles.map((title) => ({
      title,
      text: `${title}. All that this page says is about ${topic} and again ${topic}.`,
      humanTags: [],
    })),
  );
  const groups = Object.keys(TOPICS).map((topic, i) =>
    group(
      topic,
      [0, 1, 2, 3, 4].map((j) => i * 5 + j),
    ),
  );
  return { pages, groups: [...groups, group('single', [2])] };
}
