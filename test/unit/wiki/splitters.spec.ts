import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { JsonArraySplitter } from '../../../src/wiki/import/json-array.splitter.js';
import { NdjsonSplitter } from '../../../src/wiki/import/ndjson.splitter.js';
import type { RawPage, Splitter } from '../../../src/wiki/import/splitter.js';

const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/** Feeds a body cut at the given places. */
function split(splitter: Splitter, body: Buffer, cuts: readonly number[] = []): [number, string | null][] {
  const places = [0, ...cuts.map((cut) => cut % (body.length + 1)).sort((a, b) => a - b), body.length];
  const pages: RawPage[] = [];
  for (let i = 1; i < places.length; i++) pages.push(...splitter.push(body.subarray(places[i - 1], places[i])));
  pages.push(...splitter.end());
  return pages.map(({ line, bytes }) => [line, bytes === null ? null : bytes.toString()]);
}

const json = (text: string, cuts?: number[], limit = 1000) =>
  split(new JsonArraySplitter(limit), Buffer.from(text), cuts);
const ndjson = (text: string, cuts?: number[], limit = 1000) =>
  split(new NdjsonSplitter(limit), Buffer.from(text), cuts);
const cuts = fc.array(fc.nat(), { maxLength: 30 });
const values = fc.array(fc.jsonValue(), { maxLength: 8 });
const everyByte = (text: string) => Array.from({ length: Buffer.byteLength(text) }, (_, i) => i);

describe('JsonArraySplitter', () => {
  it('gives the elements of any array, however the bytes are cut', () => {
    fc.assert(
      fc.property(values, cuts, fc.constantFrom(undefined, 1, '\r\n\t'), fc.boolean(), (array, places, space, bom) => {
        const text = Buffer.from(` \n${JSON.stringify(array, null, space)}\r\n`);
        const body = bom ? Buffer.concat([BOM, text]) : text;
        const pages = split(new JsonArraySplitter(100_000), body, places);
        expect(pages.map(([, element]) => JSON.parse(element ?? ''))).toEqual(JSON.parse(JSON.stringify(array)));
        expect(pages.map(([line]) => line)).toEqual(array.map((_, i) => i + 1));
      }),
    );
  });

  it('is not misled by brackets, quotes and backslashes in strings', () => {
    const text = '[{"a":"]},[\\"\\\\"},"\\\\",["x\\"]"]]';
    expect(json(text, everyByte(text))).toEqual([
      [1, '{"a":"]},[\\"\\\\"}'],
      [2, '"\\\\"'],
      [3, '["x\\"]"]'],
    ]);
  });

  it('leaves an element that is no JSON, or empty, for the reader to reject', () => {
    expect(json('[{"a" 1},,{"b":2},]')).toEqual([
      [1, '{"a" 1}'],
      [2, ''],
      [3, '{"b":2}'],
      [4, ''],
    ]);
  });

  it('passes over an element that is too long', () => {
    expect(json('["0123456789", "x"]', [7], 8)).toEqual([
      [1, null],
      [2, ' "x"'],
    ]);
  });

  it.each([
    ['', /empty/],
    [' \n', /empty/],
    ['{"page_id":"a"}', /beginning with \[/],
    ['nonsense', /beginning with \[/],
    ['[{"a":1}', /no end/],
    ['[{"a":1},{"b":"unfinished]', /no end.*element 2/],
    ['[{"a":1}}]', /element 1 closes/],
    ['[] []', /follows/],
    ['[1],', /follows/],
  ])('refuses %j as a whole, however it is cut', (text, message) => {
    expect(() => json(text)).toThrow(message);
    expect(() => json(text, everyByte(text))).toThrow(message);
  });

  it('takes an empty array', () => {
    expect(json(' [ \n ] ')).toEqual([]);
  });
});

describe('NdjsonSplitter', () => {
  it('gives the lines that are not blank, with their numbers, however the bytes are cut', () => {
    const line = fc.oneof(
      fc.constantFrom('', ' ', '\r', '\t'),
      fc.jsonValue().map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), cuts, fc.boolean(), fc.boolean(), (lines, places, bom, last) => {
        const text = Buffer.from(lines.join('\n') + (last ? '\n' : ''));
        const body = bom ? Buffer.concat([BOM, text]) : text;
        const wanted = lines.flatMap((text, i) => (text.trim() === '' ? [] : [[i + 1, text]]));
        expect(split(new NdjsonSplitter(100_000), body, places)).toEqual(wanted);
      }),
    );
  });

  it('passes over a line that is too long', () => {
    expect(ndjson('0123456789\nab\n0123456789', [3, 6, 20], 9)).toEqual([
      [1, null],
      [2, 'ab'],
      [3, null],
    ]);
  });

  it('keeps bytes that only begin like a byte order mark', () => {
    expect(split(new NdjsonSplitter(9), Buffer.from([0xef, 0xbb]), [1])).toHaveLength(1);
    expect(split(new NdjsonSplitter(9), BOM, [1, 2])).toEqual([]);
  });
});
