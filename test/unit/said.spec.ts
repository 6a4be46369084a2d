import { describe, expect, it } from '@jest/globals';
import { saidBy } from '../../src/tagging/propagation/said.js';

const page = (title: string, text = '') => ({ title, text });

describe('saidBy', () => {
  it.each([
    ['GitHub Actions', 'A GitHub action for tests'],
    ['library', 'Two libraries'],
    ['houseplants', 'My houseplant'],
    ['box', 'All the BOXES'],
    ['C++', 'Written in C++, mostly'],
    ['fly.io', 'Hosted on fly.io today'],
    ['机器学习', '这是机器学习的一个例子'],
    ['a.b (c)*', 'x a b c* y'],
  ])('%s is said in %j', (tag, text) => {
    expect(saidBy(page('', text))(tag)).toBe(true);
    expect(saidBy(page(text))(tag)).toBe(true);
  });

  it.each([
    ['git', 'a digital clock'],
    ['GitHub Actions', 'GitHub has many actions'],
    ['tea', 'the team'],
    ['bread', ''],
  ])('%s is not said in %j', (tag, text) => expect(saidBy(page('', text))(tag)).toBe(false));
});
