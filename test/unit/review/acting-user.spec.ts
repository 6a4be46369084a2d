import { expect, it } from '@jest/globals';
import { deciderOf } from '../../../src/review/decisions/acting-user.js';

it('a decision is by the acting user, else by the name of the key', () => {
  expect(deciderOf(undefined, 'the key')).toBe('the key');
  expect(deciderOf('Anna Müller', 'the key')).toBe('Anna Müller');
  for (const bad of ['', 'a\tb', 'x'.repeat(201), 'Ω'])
    expect(() => deciderOf(bad, 'the key')).toThrow('X-Acting-User');
});
