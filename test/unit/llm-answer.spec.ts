import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BadAnswerError, checkAnswer, readAnswer, usableTags } from '../../src/tagging/llm/answer.js';
import { type Support } from '../../src/tagging/untrusted/support.js';
import { isUsableTag } from '../../src/tagging/vocabulary/hygiene.js';
import { answerOf } from '../support/fake-openai.js';

describe('readAnswer', () => {
  const good = answerOf([['bread', 0.9]]);
  it.each([good, `\`\`\`json\n${good}\n\`\`\``, `Sure!\n${good}\nAnything else?`, `\uFEFF${good}`])(
    'reads %j',
    (text) => {
      expect(readAnswer(text)).toEqual({ tags: [{ tag: 'bread', confidence: 0.9 }] });
    },
  );

  it.each([
    '',
    'bread',
    '[]',
    'null',
    '{}',
    '{"tags": {}}',
    '{"tags": [{"tag": 1, "confidence": 1}]}',
    '}{',
    good.slice(0, -1),
  ])('rejects %j', (text) => {
    expect(() => readAnswer(text)).toThrow(BadAnswerError);
  });

  it('whatever comes: an answer or a BadAnswerError', () => {
    const value = fc.oneof(
      fc.jsonValue(),
      fc.record({ tags: fc.array(fc.record({ tag: fc.string(), confidence: fc.double() })) }),
    );
    fc.assert(
      fc.property(value, (anything) => {
        try {
          checkAnswer(anything);
        } catch (error) {
          expect(error).toBeInstanceOf(BadAnswerError);
        }
      }),
    );
  });
});

describe('usableTags', () => {
  const support = (tag: string): Support =>
    tag === 'attack' ? 'doubtful' : tag === 'cooking' ? 'foreign' : 'supported';
  const rules = { parentTags: ['food'], spell: (tag: string) => tag, support, isSuspicious: false };
  const answer = (...tags: [string, number][]) => ({ tags: tags.map(([tag, confidence]) => ({ tag, confidence })) });
  const tagsOf = (...tags: [string, number][]) => usableTags(answer(...tags), rules);

  it('prefers new words to broader ones, and never gives one that a single page brought', () => {
    expect(tagsOf(['attack', 1], ['Foods', 0.9], ['bread', 0.8])).toEqual([{ tag: 'bread', confidence: 0.8 }]);
    expect(tagsOf(['attack', 1], ['Foods', 0.9])).toEqual([{ tag: 'Foods', confidence: 0.9 }]);
    expect(() => tagsOf(['attack', 1])).toThrow(/words that several of the quoted pages use/);
  });

  it("the model's own words are suggestions, and nothing where a page that it read may have told it so", () => {
    const given: [string, number][] = [
      ['cooking', 1],
      ['bread', 0.8],
    ];
    expect(tagsOf(...given)).toEqual([
      { tag: 'bread', confidence: 0.8 },
      { tag: 'cooking', confidence: 0.5 },
    ]);
    expect(tagsOf(['cooking', 0.3])).toEqual([{ tag: 'cooking', confidence: 0.3 }]);
    expect(usableTags(answer(...given), { ...rules, isSuspicious: true })).toEqual([{ tag: 'bread', confidence: 0.8 }]);
  });

  it('cleans what writers put around a tag', () => {
    expect(tagsOf(['#bread', 0.9], ['"rye  bread"', 0.8], ['- spelt.', 0.7]).map(({ tag }) => tag)).toEqual([
      'bread',
      'rye bread',
      'spelt',
    ]);
  });

  it.each([
    'This is no tag.',
    'this page is about bread',
    'https://evil.example/x',
    'evil.example/path',
    'mail me@evil.example',
    '<script>alert(1)</script>',
    '[bread](x)',
    '{{bread}}',
    'bread; DROP TABLE',
    'a\u202Eb',
    'x'.repeat(41),
    '12345',
    '',
    '   ',
    '!!!',
  ])('never gives %j', (tag) => {
    expect(() => tagsOf([tag, 1])).toThrow(BadAnswerError);
    expect(tagsOf([tag, 1], ['bread', 0.5])).toEqual([{ tag: 'bread', confidence: 0.5 }]);
  });

  it('whatever the model says, what comes out is usable, bounded, different and in order', () => {
    const word = fc.constantFrom('bread', 'Breads', 'rye', 'food', 'attack', 'a b c', 'http://x.y', '<b>');
    const tags = fc.array(
      fc.record({
        tag: fc.oneof(word, fc.string({ unit: 'grapheme' })),
        confidence: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(tags, (given) => {
        let out: readonly { tag: string; confidence: number }[] = [];
        try {
          out = usableTags({ tags: given }, rules);
        } catch (error) {
          expect(error).toBeInstanceOf(BadAnswerError);
          return;
        }
        expect(out.length).toBeGreaterThan(0);
        expect(out.length).toBeLessThanOrEqual(5);
        for (const { tag } of out) expect({ tag, usable: isUsableTag(tag) }).toEqual({ tag, usable: true });
        expect(out.map((o) => o.confidence)).toEqual(out.map((o) => o.confidence).sort((a, b) => b - a));
      }),
    );
  });
});
