import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fold } from '../../src/common/fold.js';
import { cleanTag, isUsableTag } from '../../src/tagging/vocabulary/hygiene.js';
import { commonNames, Vocabulary } from '../../src/tagging/vocabulary/vocabulary.js';

/** The plainest folding: lower case, punctuation to spaces, one plural s. Ours must merge at least what this merges. */
const plainFold = (name: string) =>
  name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .replace(/(\w{3,})s$/, '$1');

const wordlike = fc.stringMatching(/^[a-zA-Z]{1,9}(s|es|ies)?$/);
const tagLike = fc.array(wordlike, { minLength: 1, maxLength: 3 }).map((words) => words.join(' '));

describe('fold', () => {
  it.each([
    ['GitHub Actions', 'github-action'],
    ['Libraries', 'library'],
    ['addresses', 'Address'],
    ['boxes', 'box'],
    ['databases', 'Database'],
    ['Cafés', 'café'],
    ['e\u0301tudes', 'étude'],
    ['ＳＱＬ', 'sql'],
    ['fly.io', 'Fly IO'],
  ])('%s and %s are one tag', (a, b) => expect(fold(a)).toBe(fold(b)));

  it.each([
    ['C', 'C++'],
    ['C#', 'C++'],
    ['CSS', 'CS'],
    ['python', 'pytest'],
    ['कि', 'का'],
  ])('%s and %s are two tags', (a, b) => expect(fold(a)).not.toBe(fold(b)));

  it('merges whatever the plain folding merges', () => {
    fc.assert(
      fc.property(tagLike, fc.constantFrom('-', '_', ' / ', '.'), fc.boolean(), (tag, separator, plural) => {
        const variant = `${tag.toUpperCase().replaceAll(' ', separator)}${plural ? 's' : ''}`;
        if (plainFold(variant) === plainFold(tag)) expect(fold(variant)).toBe(fold(tag));
      }),
    );
  });

  it('is blind to case and outer punctuation, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(fold(` ${text}. `)).toBe(fold(text));
      }),
    );
  });
});

describe('tag hygiene', () => {
  it.each([
    'SQLite',
    'GitHub Actions',
    'C++',
    'C#',
    'Node.js',
    'fly.io',
    '茶',
    '机器学习',
    'Python (language)',
    'R&D',
    'TCP/IP',
    'E. coli',
  ])('%s is usable', (tag) => {
    expect(cleanTag(tag)).toBe(tag);
    expect(isUsableTag(tag)).toBe(true);
  });

  it.each([
    '',
    'a',
    '42',
    '2024-01-01',
    'https://example.org',
    'example.org/path',
    'me@example.org',
    '<b>bold</b>',
    'foo()',
    '{{cite}}',
    'This is a sentence about cats.',
    'Really?',
    'cats, dogs',
    'one two three four five six',
    'x'.repeat(51),
    'a\u0000b',
    'std::vector',
  ])('%j is not', (tag) => expect(isUsableTag(tag)).toBe(false));

  it('takes off what writers put around a tag', () => {
    expect(cleanTag('  #"Web   scraping".')).toBe('Web scraping');
    expect(cleanTag('- caching')).toBe('caching');
  });

  it('cleaning twice changes nothing', () => {
    fc.assert(
      fc.property(tagLike, fc.constantFrom('"', '#', '*', '- ', '. '), (tag, mark) => {
        const once = cleanTag(`${mark}${tag}${mark}`);
        expect(cleanTag(once)).toBe(once);
      }),
    );
  });
});

describe('Vocabulary', () => {
  it('keeps the most common spelling of each name', () => {
    expect(commonNames(['cookies', 'Cookie', 'Cookie', 'tea'])).toEqual(['Cookie', 'tea']);
  });

  it('gives one spelling for all that fold alike, the known one first', () => {
    const vocabulary = new Vocabulary(['GitHub Actions']);
    expect(vocabulary.resolve('github action')).toBe('GitHub Actions');
    expect(vocabulary.resolve('Tea')).toBe('Tea');
    expect(vocabulary.resolve('teas')).toBe('Tea');
    expect(vocabulary.names()).toEqual(['GitHub Actions', 'Tea']);
    expect(vocabulary.has('TEA')).toBe(true);
  });
});
