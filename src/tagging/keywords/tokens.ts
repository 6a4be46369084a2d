import { fold } from '../../common/fold.js';
import { AFTER_VERBS, BEFORE_VERBS, detectLanguage, stopWordsOf } from './language.js';
import { isNameable, isUnspaced, runsOf, withoutPossessive } from './text.js';

/** Marks the end of a run in `TokenizedPage.surfaces`. */
export const END = -1;

/** One page as ids of words as written; `END` after each run. The title's runs come first. */
export interface TokenizedPage {
  readonly surfaces: Int32Array;
  /** How many entries of `surfaces` belong to the title. */
  readonly titleLength: number;
  /** Parallel to `surfaces`: 1 where the word may begin or end a tag, being nameable and no stop word of the page's language. */
  readonly bounds: Uint8Array;
  readonly language: string;
}

/** One way of writing a word. */
export interface Surface {
  readonly text: string;
  readonly lower: string;
  readonly lemma: number;
  readonly nameable: boolean;
  readonly capital: boolean;
  readonly unspaced: boolean;
}

/** What the wiki as a whole says of a word, all spellings and plurals together. Counts are of occurrences. */
export interface Lemma {
  readonly key: string;
  count: number;
  /** Inside a run, where English has no reason for a capital letter but a name. */
  inside: number;
  insideCapital: number;
  /** Next to words that show a verb. */
  verbal: number;
  atStart: number;
}

export interface Tokens {
  readonly pages: readonly TokenizedPage[];
  readonly surfaces: readonly Surface[];
  readonly lemmas: readonly Lemma[];
  readonly total: number;
}

/** Words of a page that its language is told from. */
const MAX_LANGUAGE_WORDS = 200;
/** Shorter runs repeat by chance, or are breadcrumbs that name the topic. */
const MIN_BOILERPLATE_WORDS = 5;

/** Reads all pages into word ids and counts what is known of each word. */
export function tokenize(pages: readonly { readonly title: string; readonly text: string }[]): Tokens {
  const words = new Words();
  const titles = pages.map((page) => words.read(page.title));
  const bodies = withoutBoilerplate(
    pages.map((page) => words.read(page.text)),
    words.written,
  );
  const tokenized = pages.map((_, index) => pageOf(titles[index], bodies[index], words));
  const total = countLemmas(tokenized, words);
  return { pages: tokenized, surfaces: words.surfaces, lemmas: words.lemmas, total };
}

/** One text as ids of words as written, `END` after each run. */
type Stream = Int32Array;

/** Numbers words as they come. */
class Words {
  /** Words as written, a possessive included. */
  readonly written: string[] = [];
  /** Surface of each of them. */
  readonly surfaceOf: number[] = [];
  readonly surfaces: Surface[] = [];
  readonly lemmas: Lemma[] = [];
  readonly #writtenIds = new Map<string, number>();
  readonly #surfaceIds = new Map<string, number>();
  readonly #lemmaIds = new Map<string, number>();
  readonly #bounds = new Map<string, Uint8Array>();

  read(text: string): Stream {
    const ids: number[] = [];
    for (const run of runsOf(text)) {
      for (const word of run) ids.push(this.#number(word));
      ids.push(END);
    }
    return Int32Array.from(ids);
  }

  /** For each surface, once all are read: 1 where it may begin or end a tag on a page of that language. */
  boundsIn(language: string): Uint8Array {
    const known = this.#bounds.get(language);
    if (known !== undefined) return known;
    const stops = stopWordsOf(language);
    const bounds = Uint8Array.from(this.surfaces, ({ nameable, lower }) => (nameable && !stops.has(lower) ? 1 : 0));
    this.#bounds.set(language, bounds);
    return bounds;
  }

  #number(word: string): number {
    const known = this.#writtenIds.get(word);
    if (known !== undefined) return known;
    const id = this.written.length;
    this.#writtenIds.set(word, id);
    this.written.push(word);
    this.surfaceOf.push(this.#surface(withoutPossessive(word)));
    return id;
  }

  #surface(text: string): number {
    const known = this.#surfaceIds.get(text);
    if (known !== undefined) return known;
    const key = fold(text);
    let lemma = this.#lemmaIds.get(key);
    if (lemma === undefined) {
      lemma = this.lemmas.length;
      this.#lemmaIds.set(key, lemma);
      this.lemmas.push({ key, count: 0, inside: 0, insideCapital: 0, verbal: 0, atStart: 0 });
    }
    const id = this.surfaces.length;
    this.#surfaceIds.set(text, id);
    this.surfaces.push({
      text,
      lower: text.toLowerCase(),
      lemma,
      nameable: key !== '' && isNameable(text),
      capital: /^\p{Lu}|\p{Lu}{2}/u.test(text) || /\p{Ll}\p{Lu}/u.test(text),
      unspaced: isUnspaced(text),
    });
    return id;
  }
}

/** A stretch of a stream: one run without its `END`. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

function stretches(stream: Stream): Stretch[] {
  const found: Stretch[] = [];
  for (let at = 0, from = 0; at < stream.length; at++) {
    if (stream[at] !== END) continue;
    found.push({ from, to: at });
    from = at + 1;
  }
  return found;
}

/**
 * Of sentences that stand on many pages word by word (notices, licences) only the names are kept: the notice is noise, but
 * 'Firefox OS' in it is not. Pages that are equal as a whole count once, and a page keeps all its text where it would lose
 * most of it.
 */
function withoutBoilerplate(streams: readonly Stream[], written: readonly string[]): readonly Stream[] {
  const uses = new Map<number, number>();
  const distinct = new Set<number>();
  const keysOf = streams.map((stream) =>
    stretches(stream).map(({ from, to }) => (to - from >= MIN_BOILERPLATE_WORDS ? hash(stream.subarray(from, to)) : 0)),
  );
  for (const keys of keysOf) {
    const whole = hash(keys);
    if (distinct.has(whole)) continue;
    distinct.add(whole);
    for (const key of new Set(keys)) uses.set(key, (uses.get(key) ?? 0) + 1);
  }
  const limit = Math.max(3, 0.003 * distinct.size);
  return streams.map((stream, page) => {
    const keys = keysOf[page];
    if (keys.every((key) => key === 0 || uses.get(key)! <= limit)) return stream;
    const runs = stretches(stream).map(({ from, to }) => stream.subarray(from, to));
    const kept = runs.flatMap((run, i) =>
      keys[i] === 0 || uses.get(keys[i])! <= limit ? [run] : namesIn(run, written),
    );
    return countWords(kept) * 3 >= countWords(runs) ? joined(kept) : stream;
  });
}

/** 52 bits that hardly two different lists share: two multiplicative hashes (FNV-1a). */
function hash(numbers: ArrayLike<number>): number {
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  for (let i = 0; i < numbers.length; i++) {
    for (const half of [numbers[i] | 0, Math.floor(numbers[i] / 0x100000000) | 0]) {
      a = Math.imul(a ^ half, 0x01000193);
      b = Math.imul((b ^ half) + i, 0x85ebca6b);
      b ^= b >>> 13;
    }
  }
  return 1 + (a >>> 0) + ((b >>> 12) & 0xfffff) * 0x100000000;
}

/** Stretches of capitalised words that do not begin the sentence. */
function namesIn(run: Stream, written: readonly string[]): Stream[] {
  const names: Stream[] = [];
  let from = 1;
  for (let at = 1; at <= run.length; at++) {
    if (at < run.length && /^\p{Lu}/u.test(written[run[at]])) continue;
    if (at > from) names.push(run.subarray(from, at));
    from = at + 1;
  }
  return names;
}

const countWords = (runs: readonly Stream[]) => runs.reduce((sum, run) => sum + run.length, 0);

function joined(runs: readonly Stream[]): Stream {
  const stream = new Int32Array(countWords(runs) + runs.length).fill(END);
  let at = 0;
  for (const run of runs) {
    stream.set(run, at);
    at += run.length + 1;
  }
  return stream;
}

function pageOf(title: Stream, body: Stream, words: Words): TokenizedPage {
  const surfaces = new Int32Array(title.length + body.length);
  const first: string[] = [];
  for (let i = 0, enough = false; i < surfaces.length; i++) {
    const id = i < title.length ? title[i] : body[i - title.length];
    surfaces[i] = id === END ? END : words.surfaceOf[id];
    // whole runs, until they are enough
    if (id === END) enough = first.length >= MAX_LANGUAGE_WORDS;
    else if (!enough) first.push(words.written[id]);
  }
  const language = detectLanguage(first);
  const mayBound = words.boundsIn(language);
  const bounds = new Uint8Array(surfaces.length);
  for (let i = 0; i < surfaces.length; i++) if (surfaces[i] !== END) bounds[i] = mayBound[surfaces[i]];
  return { surfaces, titleLength: title.length, bounds, language };
}

/** @returns how many words there are */
function countLemmas(pages: readonly TokenizedPage[], { surfaces, lemmas }: Words): number {
  let total = 0;
  for (const page of pages) {
    for (let i = 0; i < page.surfaces.length; i++) {
      if (page.surfaces[i] === END) continue;
      const lemma = lemmas[surfaces[page.surfaces[i]].lemma];
      total++;
      lemma.count++;
      const before = i === 0 || page.surfaces[i - 1] === END ? null : surfaces[page.surfaces[i - 1]];
      const after = page.surfaces[i + 1] === END ? null : surfaces[page.surfaces[i + 1]];
      if (before === null) lemma.atStart++;
      if (before !== null && i >= page.titleLength) {
        lemma.inside++;
        if (surfaces[page.surfaces[i]].capital) lemma.insideCapital++;
      }
      if (page.language !== 'en') continue;
      if ((before && BEFORE_VERBS.has(before.lower)) || (after && AFTER_VERBS.has(after.lower))) lemma.verbal++;
    }
  }
  return total;
}
