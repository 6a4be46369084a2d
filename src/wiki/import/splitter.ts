/** The bytes of one page, still JSON, and where it stood. `bytes` is null where it was longer than the splitter allows. */
export interface RawPage {
  /** Counted from 1: the line, or the element of the array. */
  readonly line: number;
  readonly bytes: Buffer | null;
}

/** Cuts a stream of bytes into pages. Holds no more than one page, whatever the sizes of the chunks. */
export interface Splitter {
  /** @throws {BrokenBody} where nothing after this point can be told apart any more. */
  push(chunk: Buffer): Iterable<RawPage>;
  /** The stream is over: what is left in hand. @throws {BrokenBody} where it must not be over yet. */
  end(): Iterable<RawPage>;
}

/** The body as a whole is not what its content-type says. The message is for people. */
export class BrokenBody extends Error {
  override readonly name = 'BrokenBody';
}

/** Collects the pieces of one page over several chunks, up to a limit; what is longer is counted, not kept. */
export class Pieces {
  private pieces: Buffer[] = [];
  private size = 0;

  constructor(private readonly limit: number) {}

  get isEmpty(): boolean {
    return this.size === 0;
  }

  add(piece: Buffer): void {
    this.size += piece.length;
    if (this.size > this.limit) this.pieces = [];
    else if (piece.length > 0) this.pieces.push(piece);
  }

  /** Gives the page and starts over. */
  take(): Buffer | null {
    const bytes =
      this.size > this.limit ? null : this.pieces.length === 1 ? this.pieces[0]! : Buffer.concat(this.pieces);
    this.pieces = [];
    this.size = 0;
    return bytes;
  }
}

/** True for JSON's white space: space, tab, line feed, carriage return. */
export function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

export function isBlank(bytes: Buffer): boolean {
  return bytes.every(isSpace);
}

/** Takes a UTF-8 byte order mark off the start of a stream, however its three bytes are cut. */
export class ByteOrderMark {
  private static readonly MARK = Buffer.from([0xef, 0xbb, 0xbf]);
  private held: Buffer | null = Buffer.alloc(0);

  /** Gives the chunk without the mark; holds bytes back until it is sure. */
  strip(chunk: Buffer): Buffer {
    if (this.held === null) return chunk;
    const start = Buffer.concat([this.held, chunk]);
    const seen = Math.min(start.length, 3);
    const matches = start.subarray(0, seen).equals(ByteOrderMark.MARK.subarray(0, seen));
    this.held = matches && seen < 3 ? start : null;
    if (this.held !== null) return Buffer.alloc(0);
    return matches ? start.subarray(3) : start;
  }

  /** What was held back at the end of the stream. */
  rest(): Buffer {
    return this.held ?? Buffer.alloc(0);
  }
}
