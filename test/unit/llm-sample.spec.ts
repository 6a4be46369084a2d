import { describe, expect, it } from '@jest/globals';
import { answerOf } from '../support/fake-openai.js';
import { start } from '../support/llm.js';
import { samplePages, sampleTopics } from '../support/sample-wiki.js';

/** What a language model answers to the topics of the sample wiki: their subjects, and one word of its own for each. */
const ANSWERS: Readonly<Record<string, { subjects: readonly string[]; own: string }>> = {
  'bicycle repair': { subjects: ['bicycle', 'bike', 'brake', 'chain', 'tyres', 'derailleur'], own: 'velocipede' },
  'bread baking': { subjects: ['bread', 'baking', 'sourdough', 'flour', 'dough', 'bread baking'], own: 'gastronomy' },
  coffee: { subjects: ['coffee', 'coffee grinding', 'espresso', 'coffee beans', 'brewing'], own: 'hospitality' },
  astronomy: { subjects: ['telescope', 'night sky', 'stars', 'moon', 'planets'], own: 'cosmology' },
  houseplants: {
    subjects: ['houseplant', 'plants', 'watering', 'leaves', 'pots', 'indoor plants'],
    own: 'horticulture',
  },
  beekeeping: { subjects: ['bees', 'beekeeping', 'honey', 'hive', 'swarm', 'honey bees'], own: 'entomology' },
  chess: { subjects: ['chess', 'pawn', 'king', 'endgame', 'opening', 'checkmate'], own: 'ludology' },
};

describe('ordinary answers over the sample wiki', () => {
  const topics = sampleTopics();
  const pages = samplePages().map(({ page_id, title, text }) => ({ page_id, title, text, humanTags: [] }));

  it.each(Object.entries(ANSWERS))(
    '%s: its subjects pass as they are, a word of the model’s own as a suggestion',
    async (topic, answer) => {
      const members = pages.flatMap(({ page_id }, i) => (topics.get(page_id) === topic ? [i] : []));
      expect(members.length).toBeGreaterThan(4);
      const group = { key: topic, members, representatives: members.slice(0, 5), parentKey: null };
      for (const subject of answer.subjects) {
        const content = answerOf([
          [subject, 0.9],
          [answer.own, 0.9],
        ]);
        const { session } = await start({ corpus: { pages, groups: [group] }, script: () => ({ content }) });
        await expect(session.tag(group)).resolves.toEqual([
          { tag: subject, confidence: 0.9 },
          { tag: answer.own, confidence: 0.5 },
        ]);
      }
    },
  );
});
