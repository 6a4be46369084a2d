import { ByteOrderMark, isBlank, Pieces, type RawPage, type Splitter } from './splitter.js';

const LINE_FEED = 0x0a;

/** One page a line. Blank lines count as lines and not as pages; the last one needs no line feed. */
export class NdjsonSplitter implements Splitter {
  private readonly mark = new ByteOrderMark();
  private readonly pieces: Pieces;
  private line = 1;

  constructor(maxPageBytes: number) {
    this.pieces = new Pieces(maxPageBytes);
  }

  *push(chunk: Buffer): Generator<RawPage> {
    yield* this.cut(this.mark.strip(chunk));
  }

  *end(): Generator<RawPage> {
    yield* this.cut(this.mark.rest());
    if (!this.pieces.isEmpty) yield* this.page();
  }

  private *cut(chunk: Buffer): Generator<RawPage> {
    let from = 0;
    for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, from)) {
      this.pieces.add(chunk.subarray(from, at));
      yield* this.page();
      this.line++;
      from = at + 1;
    }
    this.pieces.add(chunk.subarray(from));
  }

  private *page(): Generator<RawPage> {
    const bytes = this.pieces.take();
    if (bytes === null || !isBlank(bytes)) yield { line: this.line, bytes };
  }
}
