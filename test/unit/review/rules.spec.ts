import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { rulesFrom, type WideDecision } from '../../../src/review/decisions/rules.js';

type Step = readonly ['approve' | 'reject', string] | readonly ['rename', string, string];

const decisions = (steps: readonly Step[]): WideDecision[] =>
  steps.map(([decision, tag_key, to], i) => ({
    decision_id: `d${i}`,
    seq: i,
    decision,
    tag_key,
    new_tag: to === undefined ? null : to.toUpperCase(),
    new_key: to ?? null,
  }));
const outcomes = (...steps: Step[]) =>
  Object.fromEntries(rulesFrom(decisions(steps)).map((r) => [r.tag_key, r.new_key]));

describe('rules for a whole wiki', () => {
  it('follow chains of renames, and what is decided on their end', () => {
    expect(outcomes(['rename', 'a', 'b'], ['rename', 'b', 'c'])).toEqual({ a: 'c', b: 'c' });
    expect(outcomes(['rename', 'a', 'b'], ['reject', 'b'])).toEqual({ a: null, b: null });
    expect(outcomes(['reject', 'b'], ['rename', 'a', 'b'])).toEqual({ a: 'b', b: null });
  });

  it('let the later of two count', () => {
    expect(outcomes(['reject', 'a'], ['rename', 'a', 'b'])).toEqual({ a: 'b' });
    expect(outcomes(['rename', 'a', 'b'], ['reject', 'a'])).toEqual({ a: null });
    expect(outcomes(['reject', 'a'], ['approve', 'a'])).toEqual({});
  });

  it('keep the name of a tag that was renamed there and back', () => {
    expect(outcomes(['rename', 'a', 'b'], ['rename', 'b', 'a'])).toEqual({ b: 'a' });
  });

  it('change the spelling, for those renamed to it before as well', () => {
    const spelled = rulesFrom([
      ...decisions([['rename', 'x', 'a']]),
      { ...decisions([['rename', 'a', 'a']])[0]!, seq: 1, new_tag: 'aA' },
    ]);
    expect(spelled.map((r) => [r.tag_key, r.new_tag])).toEqual([
      ['x', 'aA'],
      ['a', 'aA'],
    ]);
  });

  it('say of each tag what going through the decisions one after the other comes to', () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd');
    const step: fc.Arbitrary<Step> = fc.oneof(
      fc.tuple(fc.constantFrom('reject' as const), key),
      fc.tuple(fc.constant('rename' as const), key, key),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), key, (steps, start) => {
        // a page with one tag, and what each decision does to it; the rule that is made last for the name counts first
        const rules = new Map(rulesFrom(decisions(steps)).map((r) => [r.tag_key, r]));
        const first = steps.findLastIndex(([, on]) => on === start);
        let name: string | null = start;
        for (const [i, [decision, on, to]] of steps.entries())
          if (i >= first && first >= 0 && name === on) name = decision === 'reject' ? null : to!;
        const rule = rules.get(start);
        expect(rule === undefined ? start : rule.new_key).toBe(name);
      }),
    );
  });
});
