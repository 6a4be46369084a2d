import { describe, expect, it } from '@jest/globals';
import { looksLikeInstruction } from '../../src/tagging/untrusted/instructions.js';
import { chineseWiki } from '../support/chinese-wiki.js';
import { AIMS } from '../support/injection/aims.js';
import { CARRIERS } from '../support/injection/carriers.js';
import { samplePages } from '../support/sample-wiki.js';

describe('text that talks to a model', () => {
  it('is found in every carrier of the suite', () => {
    const missed = CARRIERS.filter(({ poison }) =>
      poison(AIMS['a made-up slur']).every(({ title = '', text = '' }) => !looksLikeInstruction(`${title}\n\n${text}`)),
    );
    expect(missed.map(({ name }) => name)).toEqual(['the page id']); // which no model gets to read
  });

  it('is not found in the sample wiki, nor in the Chinese one', () => {
    expect(samplePages().filter(({ text }) => looksLikeInstruction(text))).toEqual([]);
    expect(chineseWiki.filter(({ text }) => looksLikeInstruction(text))).toEqual([]);
  });

  it.each([
    'The <b> tag makes text bold.',
    'Use git tag to name a commit.',
    'Ignore the warning and go on.',
    'Answer the phone within three rings.',
    'Follow the instructions on the packet.',
    'The system must always be shut down first.',
    'SHA-1: da39a3ee5e6b4b0d3255bfef95601890afd80709',
    'Выпечка хлеба требует времени.',
    'نان\u200Cهای سنتی',
  ])('%s is for people', (text) => expect(looksLikeInstruction(text)).toBe(false));
});
