import { looksLikeInstruction } from './instructions.js';
import { plain, readings } from './readings.js';
import type { Holder } from './words.js';

interface PageText {
  readonly title: string;
  readonly text: string;
}

/** What is looked at for support: a page has said by then what it is about. */
const MAX_TEXT = 5000;
/** As much as a prompt quotes of one page at most, and some more. */
const MAX_QUOTED = 2000;
const MAX_PASSAGE = 1000;
const FIRST = 300;

/** One page of a group, read without trust. Everything is worked out when it is first asked for, and once. */
export class UntrustedPage {
  #plain?: string;
  #sober?: string;
  #suspicious?: boolean;
  #readings?: readonly string[];

  constructor(private readonly page: PageText) {}

  /** Whether its title or the beginning of its text passes a test of folded text. */
  readonly holds: Holder = (isHeld) => isHeld(this.#all);

  /** The same without the passages that look like instructions. */
  readonly holdsSoberly: Holder = (isHeld) => isHeld(this.#all) && isHeld(this.#withoutInstructions);

  /** Words of its beginning, to tell the language from. */
  firstWords(): readonly string[] {
    return this.#all.slice(0, FIRST).split(/[^\p{L}\p{M}]+/u);
  }

  get #all(): string {
    this.#plain ??= plain(`${this.page.title}\n${this.page.text.slice(0, MAX_TEXT)}`);
    return this.#plain;
  }

  get #withoutInstructions(): string {
    this.#sober ??= plain(
      [this.page.title, ...passages(this.page.text.slice(0, MAX_TEXT))]
        .filter((passage) => !looksLikeInstruction(passage))
        .join('\n'),
    );
    return this.#sober;
  }

  /** Whether a model that reads the page's title and excerpt may take some of it for an instruction. */
  get isSuspicious(): boolean {
    this.#suspicious ??= [this.page.title, this.page.text.slice(0, MAX_QUOTED), excerptOf(this.page.text)].some(
      looksLikeInstruction,
    );
    return this.#suspicious;
  }

  /** All ways to read what a model gets to see of the page. */
  get readings(): readonly string[] {
    this.#readings ??= readings(`${this.page.title}\n${excerptOf(this.page.text)}`);
    return this.#readings;
  }
}

/** The excerpt of a prompt, on one line. Its own cleaning may let it reach further into a text full of blanks. */
function excerptOf(text: string): string {
  return text
    .slice(0, 4 * MAX_QUOTED)
    .replace(/\s+/gu, ' ')
    .slice(0, MAX_QUOTED);
}

/** Paragraphs; long ones in pieces that end with a sentence. */
function passages(text: string): readonly string[] {
  return text.split(/\n\s*\n/).flatMap((paragraph) => (paragraph.length <= MAX_PASSAGE ? [paragraph] : cut(paragraph)));
}

function cut(paragraph: string): readonly string[] {
  const pieces: string[] = [];
  for (const sentence of paragraph.split(/(?<=[.!?。！？।\n])/u)) {
    const last = pieces.at(-1);
    if (last !== undefined && last.length + sentence.length <= MAX_PASSAGE) pieces[pieces.length - 1] = last + sentence;
    else pieces.push(sentence);
  }
  return pieces;
}
