import { expect, it } from '@jest/globals';
import { deciderOf } from '../../../src/review/decisions/acting-user.js';

it('a decision is by the acting user, else by the name of the key', () => {
  expect(deciderOf(undefined, 'the key')).toBe('the key');
  expect(deciderOf('Anna', 'the key')).toBe('Anna');
  expect(deciderOf(encodeURI('Ωμέγα 100%'), 'the key')).toBe('Ωμέγα 100%');
  expect(deciderOf('100%', 'the key')).toBe('100%');
  for (const bad of ['', 'a\tb', 'a%0Ab', 'x'.repeat(201), encodeURI('Ω'.repeat(201))])
    expect(() => deciderOf(bad, 'the key')).toThrow('X-Acting-User');
});
