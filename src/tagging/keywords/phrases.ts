import { END, type Surface, type TokenizedPage, type Tokens } from './tokens.js';

const MIN_ASSOCIATION = 0.3;
const MIN_COUNT = 3;
const MAX_INNER_LENGTH = 4;

/** Two lemma ids as one number: exact up to 2^26 lemmas. */
const pairKey = (a: number, b: number) => a * 0x4000000 + b;

/**
 * Which neighbouring words hold together: normalised pointwise mutual information (Bouma 2009) of at least .3, seen
 * three times or more. Decides for pairs; longer phrases are chains of such pairs, or two names around one short
 * function word ('Read the Docs').
 */
export class Phrases {
  readonly #pairs: ReadonlySet<number>;
  readonly #around: ReadonlySet<string>;

  constructor(private readonly tokens: Tokens) {
    const counts = new Map<number, number>();
    const around = new Map<string, number>();
    for (const { surfaces, bounds } of tokens.pages) {
      for (let i = 0; i + 1 < surfaces.length; i++) {
        if (bounds[i] === 0) continue;
        const a = tokens.surfaces[surfaces[i]];
        if (bounds[i + 1] === 1) {
          const key = pairKey(a.lemma, tokens.surfaces[surfaces[i + 1]].lemma);
          counts.set(key, (counts.get(key) ?? 0) + 1);
        } else if (surfaces[i + 1] !== END && bounds[i + 2] === 1 && a.capital) {
          const inner = tokens.surfaces[surfaces[i + 1]];
          const c = tokens.surfaces[surfaces[i + 2]];
          if (!c.capital || !isInner(inner)) continue;
          const key = aroundKey(a, inner, c);
          around.set(key, (around.get(key) ?? 0) + 1);
        }
      }
    }
    this.#pairs = new Set(
      [...counts]
        .filter(([key, n]) => this.#holds(Math.floor(key / 0x4000000), key % 0x4000000, n))
        .map(([key]) => key),
    );
    this.#around = new Set(
      [...around]
        .filter(([key, n]) => {
          const [a, , c] = key.split(' ').map(Number);
          return this.#holds(a, c, n);
        })
        .map(([key]) => key),
    );
  }

  /** How many words (1 to 3) the words and phrases have that start at position `at` of a page. */
  lengthsAt({ surfaces, bounds }: TokenizedPage, at: number): readonly number[] {
    if (bounds[at] === 0) return NONE;
    const next = surfaces[at + 1];
    if (next === undefined || next === END) return WORD;
    const a = this.tokens.surfaces[surfaces[at]];
    const b = this.tokens.surfaces[next];
    const c = bounds[at + 2] === 1 ? this.tokens.surfaces[surfaces[at + 2]] : null;
    if (bounds[at + 1] === 0) return c && a.capital && this.#around.has(aroundKey(a, b, c)) ? WORD_AND_TRIPLE : WORD;
    if (!this.#pairs.has(pairKey(a.lemma, b.lemma))) return WORD;
    return c && this.#pairs.has(pairKey(b.lemma, c.lemma)) ? ALL : WORD_AND_PAIR;
  }

  #holds(a: number, b: number, count: number): boolean {
    if (count < MIN_COUNT || a === b) return false;
    const { lemmas, total } = this.tokens;
    const together = Math.log((count * total) / (lemmas[a].count * lemmas[b].count));
    return together / Math.log(total / count) >= MIN_ASSOCIATION;
  }
}

const NONE: readonly number[] = [];
const WORD = [1];
const WORD_AND_PAIR = [1, 2];
const WORD_AND_TRIPLE = [1, 3];
const ALL = [1, 2, 3];

const aroundKey = (a: Surface, inner: Surface, c: Surface) => `${a.lemma} ${inner.lemma} ${c.lemma}`;

function isInner(surface: Surface): boolean {
  return surface.text.length <= MAX_INNER_LENGTH && /^\p{Ll}+$/u.test(surface.text);
}
