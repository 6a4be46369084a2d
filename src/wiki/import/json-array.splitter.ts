import { BrokenBody, ByteOrderMark, isBlank, isSpace, Pieces, type RawPage, type Splitter } from './splitter.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * The elements of one JSON array. Only follows strings and brackets, to find where an element ends: whether it is JSON
 * inside is for the reader of the element to say, so that a bad one can be rejected alone. (A streaming JSON parser makes
 * every number of every vector a token of its own, see benchmarks/import.ts.)
 */
export class JsonArraySplitter implements Splitter {
  private readonly mark = new ByteOrderMark();
  private readonly pieces: Pieces;
  private place: 'before' | 'inside' | 'after' = 'before';
  private line = 1;
  private depth = 0;
  private inString = false;
  private escaped = false;

  constructor(maxPageBytes: number) {
    this.pieces = new Pieces(maxPageBytes);
  }

  *push(chunk: Buffer): Generator<RawPage> {
    yield* this.cut(this.mark.strip(chunk));
  }

  *end(): Generator<RawPage> {
    yield* this.cut(this.mark.rest());
    if (this.place === 'before') throw new BrokenBody('the body is empty: send a JSON array of pages');
    if (this.place === 'inside')
      throw new BrokenBody(
        `the array has no end: the body was cut, or a quote or bracket is missing from element ${this.line} on`,
      );
  }

  private *cut(chunk: Buffer): Generator<RawPage> {
    let at = 0;
    while (at < chunk.length) {
      if (this.place !== 'inside') {
        at = this.skipOutside(chunk, at);
        continue;
      }
      const end = this.elementEnd(chunk, at);
      this.pieces.add(chunk.subarray(at, end));
      if (end === chunk.length) return;
      yield* this.element(chunk[end] === CLOSE_BRACKET);
      at = end + 1;
    }
  }

  /** Gives the position of the comma or bracket after the element, or the length of a chunk in which it does not end. */
  private elementEnd(chunk: Buffer, start: number): number {
    let { depth } = this; // a local: this loop sees every byte
    let at = start;
    for (; at < chunk.length; at++) {
      if (this.inString) {
        at = this.stringEnd(chunk, at);
        continue;
      }
      let byte = chunk[at]!;
      // most of a vector: digits, points, signs, commas
      if (depth > 0) while (byte < OPEN_BRACKET && byte !== QUOTE && at + 1 < chunk.length) byte = chunk[++at]!;
      if (byte === QUOTE) this.inString = true;
      else if (byte === OPEN_BRACKET || byte === OPEN_BRACE) depth++;
      else if (depth > 0) {
        if (byte === CLOSE_BRACKET || byte === CLOSE_BRACE) depth--;
      } else if (byte === COMMA || byte === CLOSE_BRACKET) break;
      else if (byte === CLOSE_BRACE) throw new BrokenBody(`element ${this.line} closes a brace that it did not open`);
    }
    this.depth = depth;
    return Math.min(at, chunk.length);
  }

  /** Gives the position of the closing quote, or the length of a chunk in which the string does not end. */
  private stringEnd(chunk: Buffer, start: number): number {
    let at = start;
    if (this.escaped && at < chunk.length) {
      this.escaped = false;
      at++;
    }
    for (; at < chunk.length; at++) {
      const byte = chunk[at];
      if (byte === QUOTE) {
        this.inString = false;
        return at;
      }
      if (byte === BACKSLASH && ++at >= chunk.length) this.escaped = true;
    }
    return chunk.length;
  }

  /** Gives the element that ends here. An empty array has none; an empty element elsewhere is given, to be rejected. */
  private *element(isLast: boolean): Generator<RawPage> {
    const bytes = this.pieces.take();
    if (isLast) this.place = 'after';
    const isEmptyArray = isLast && this.line === 1 && bytes !== null && isBlank(bytes);
    if (!isEmptyArray) yield { line: this.line, bytes };
    this.line++;
  }

  /** Passes white space before and after the array. Gives the first position inside it, or the end of the chunk. */
  private skipOutside(chunk: Buffer, start: number): number {
    for (let at = start; at < chunk.length; at++) {
      if (isSpace(chunk[at]!)) continue;
      if (this.place === 'after') throw new BrokenBody('something follows the end of the array');
      if (chunk[at] !== OPEN_BRACKET) throw new BrokenBody('the body must be a JSON array of pages, beginning with [');
      this.place = 'inside';
      return at + 1;
    }
    return chunk.length;
  }
}
