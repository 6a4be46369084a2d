import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BadPage } from '../../../src/wiki/import/bad-page.js';
import { readPage } from '../../../src/wiki/import/page-reader.js';

const read = (page: unknown) => readText(JSON.stringify(page));
const readText = (text: string | Buffer) => readPage({ line: 1, bytes: Buffer.from(text as string) });
const errorOf = (page: unknown) => errorOfText(JSON.stringify(page));
const errorOfText = (text: string | Buffer) => {
  try {
    readText(text);
  } catch (error) {
    if (error instanceof BadPage) return error.message;
    throw error;
  }
  return 'no error';
};
const page = { page_id: 'a', title: 'A', text: 'about a' };

describe('readPage', () => {
  it('fills in what may be left out', () => {
    expect(read(page)).toMatchObject({
      pageId: 'a',
      title: 'A',
      text: 'about a',
      published: true,
      tags: [],
      vector: null,
    });
    const nulls = { tags: null, embedding: null, embedding_base64: null };
    expect(read({ ...page, ...nulls })).toEqual(read(page));
  });

  it('ignores fields that it does not know', () => {
    expect(read({ ...page, url: 'x', ['__proto__']: { published: false } })).toEqual(read(page));
  });

  it('keeps the tags in order, each once', () => {
    expect(read({ ...page, tags: ['b', 'a', 'b'] }).tags).toEqual(['b', 'a']);
  });

  it('reads the same vector from numbers and from base64', () => {
    const finite = fc.float({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1, maxLength: 40 }), fc.boolean(), (numbers, padded) => {
        const bytes = Buffer.alloc(numbers.length * 4);
        for (const [i, value] of numbers.entries()) bytes.writeFloatLE(value, i * 4);
        const base64 = bytes.toString('base64');
        const fromBytes = read({ ...page, embedding_base64: padded ? base64 : base64.replace(/=+$/, '') }).vector;
        expect(fromBytes).toMatchObject({ dims: numbers.length, bytes });
        // JSON has no negative zero
        if (!numbers.some((value) => Object.is(value, -0)))
          expect(read({ ...page, embedding: numbers }).vector).toEqual(fromBytes);
      }),
    );
  });

  it('hashes what counts: equal for equal pages, different where one field differs', () => {
    const hash = (change: object) => read({ ...page, ...change }).contentHash.toString('hex');
    const changes = [
      {},
      { title: 'B' },
      { text: '' },
      { published: false },
      { tags: ['x'] },
      { title: '', text: 'Aabout a' },
    ];
    expect(new Set(changes.map(hash)).size).toBe(changes.length);
    expect(hash({ embedding: [1] })).toBe(hash({}));
    expect(read({ ...page, title: 'B' }).textHash).toEqual(read(page).textHash);
  });

  it.each([
    [[page], 'must be a JSON object, one page'],
    ['x', 'must be a JSON object, one page'],
    [null, 'must be a JSON object, one page'],
    [{}, 'page_id: is missing; title: is missing; text: is missing'],
    [{ ...page, page_id: 7 }, 'page_id: must be a string'],
    [{ ...page, page_id: '' }, 'page_id: must have 1 to 512 characters'],
    [{ ...page, page_id: 'x'.repeat(513) }, 'page_id: must have 1 to 512 characters'],
    [{ ...page, page_id: 'a\0' }, /^page_id: must not contain NUL/],
    [{ ...page, title: '\0' }, /^title: must not contain NUL/],
    [{ ...page, text: 'half \ud83d of a pair' }, /^text: must not contain .*surrogates/],
    [{ ...page, tags: ['ok', '\udc00'] }, /^tags.1: must not contain .*surrogates/],
    [{ ...page, tags: 'x' }, 'tags: must be a list of strings'],
    [{ ...page, tags: new Array(1001).fill('x') }, 'tags: must not hold more than 1000 tags'],
    [{ ...page, tags: [''] }, 'tags.0: must have 1 to 200 characters'],
    [{ ...page, published: 'yes' }, 'published: must be true or false'],
    [{ ...page, embedding: [] }, /^embedding: must not be empty/],
    [{ ...page, embedding: [1, null] }, 'embedding: number 2 is not a number'],
    [{ ...page, embedding: ['1'] }, 'embedding: number 1 is not a number'],
    [{ ...page, embedding: 'x' }, 'embedding: must be a list of numbers'],
    [{ ...page, embedding: [1e39] }, 'embedding: number 1 is not finite as float32'],
    [{ ...page, embedding: new Array(65_537).fill(1) }, /more than 65536/],
    [{ ...page, embedding: [1], embedding_base64: 'AACAPw==' }, /send one of the two/],
    [{ ...page, embedding_base64: '' }, /^embedding_base64: must not be empty/],
    [{ ...page, embedding_base64: 'AACAP!==' }, 'embedding_base64: is not base64'],
    [{ ...page, embedding_base64: 'AAAAA' }, 'embedding_base64: is not base64'],
    [{ ...page, embedding_base64: 'AACA' }, /holds 3 bytes/],
    [
      { ...page, embedding_base64: Buffer.from([0, 0, 128, 127]).toString('base64') },
      'embedding_base64: number 1 is not finite',
    ],
    [{ ...page, embedding_base64: 5 }, 'embedding_base64: must be a string'],
  ])('rejects %j', (bad, message) => {
    if (typeof message === 'string') expect(errorOf(bad)).toBe(message);
    else expect(errorOf(bad)).toMatch(message);
  });

  it('rejects what is no JSON, no UTF-8, or too long', () => {
    expect(errorOfText('{"page_id": "a", }')).toMatch(/^is not valid JSON/);
    expect(errorOfText('')).toMatch(/^is not valid JSON/);
    expect(errorOfText('{"page_id":"a","embedding":[NaN]}')).toMatch(/NaN and Infinity are not JSON/);
    expect(errorOfText('{"embedding":[1e999],"page_id":"a","title":"","text":""}')).toMatch(/not finite/);
    expect(errorOfText(Buffer.from([0x22, 0xff, 0x22]))).toBe('is not valid UTF-8');
    expect(() => readPage({ line: 1, bytes: null })).toThrow('is longer than 8 MiB');
  });

  it('takes any text that can be stored, byte for byte', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 50 }), (text) => {
        fc.pre(!text.includes('\0'));
        expect(read({ ...page, text }).text).toBe(text);
      }),
    );
  });
});
