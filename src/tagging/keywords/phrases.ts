import { END, mayBound, type Surface, type Tokens } from './tokens.js';

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
    for (const page of tokens.pages) {
      for (let i = 0; i + 1 < page.surfaces.length; i++) {
        const a = this.#bound(page.surfaces[i], page.language);
        if (!a) continue;
        const b = this.#bound(page.surfaces[i + 1], page.language);
        if (b) {
          const key = pairKey(a.lemma, b.lemma);
          counts.set(key, (counts.get(key) ?? 0) + 1);
        } else if (i + 2 < page.surfaces.length && page.surfaces[i + 1] !== END) {
          const c = this.#bound(page.surfaces[i + 2], page.language);
          const inner = tokens.surfaces[page.surfaces[i + 1]];
          if (c && isInner(inner) && a.capital && c.capital) {
            const key = `${a.lemma} ${inner.lemma} ${c.lemma}`;
            around.set(key, (around.get(key) ?? 0) + 1);
          }
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

  /** Lengths (1 to 3) of the words and phrases that start at position `at` of a page. */
  lengthsAt(page: Tokens['pages'][number], at: number): number[] {
    const a = this.#bound(page.surfaces[at], page.language);
    if (!a) return [];
    const lengths = [1];
    const second = page.surfaces[at + 1];
    if (second === undefined || second === END) return lengths;
    const third = page.surfaces[at + 2];
    const c = third === undefined ? null : this.#bound(third, page.language);
    const b = this.#bound(second, page.language);
    if (b && this.#pairs.has(pairKey(a.lemma, b.lemma))) {
      lengths.push(2);
      if (c && this.#pairs.has(pairKey(b.lemma, c.lemma))) lengths.push(3);
    } else if (!b && c && this.#around.has(`${a.lemma} ${this.tokens.surfaces[second].lemma} ${c.lemma}`)) {
      lengths.push(3);
    }
    return lengths;
  }

  #bound(id: number, language: string): Surface | null {
    if (id === END) return null;
    const surface = this.tokens.surfaces[id];
    return mayBound(surface, language) ? surface : null;
  }

  #holds(a: number, b: number, count: number): boolean {
    if (count < MIN_COUNT || a === b) return false;
    const { lemmas, total } = this.tokens;
    const together = Math.log((count * total) / (lemmas[a].count * lemmas[b].count));
    return together / Math.log(total / count) >= MIN_ASSOCIATION;
  }
}

function isInner(surface: Surface): boolean {
  return surface.text.length <= MAX_INNER_LENGTH && /^\p{Ll}+$/u.test(surface.text);
}
