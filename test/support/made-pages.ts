import type { PageInput } from './wiki-client.js';

/** A small deterministic stream of numbers in 0 … 1 (Park and Miller 1988), so that made pages are the same every time. */
export function numbers(seed: number): () => number {
  let state = (seed % 2147483646) + 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

const SYLLABLES = [
  'ba',
  'ko',
  'ri',
  'mu',
  'te',
  'la',
  'so',
  'vin',
  'dar',
  'pel',
  'gos',
  'nim',
  'tur',
  'fex',
  'wol',
  'jat',
];

/** A made word, different for every number, that no stop word list and no language knows. */
export function word(n: number): string {
  let text = '';
  for (let rest = n + 16; rest > 0; rest = Math.floor(rest / 16)) text += SYLLABLES[rest % 16];
  return text;
}

/** `count` pages in `topics` topics of equal size; each page draws most of its words from its topic's twelve. */
export function topicPages(count: number, topics: number, seed = 1): (PageInput & { topic: number })[] {
  const next = numbers(seed);
  return Array.from({ length: count }, (_, i) => {
    const topic = i % topics;
    const pick = (from: number, size: number) => word(from + Math.floor(next() * size));
    const own = Array.from({ length: 40 }, () => pick(topic * 12, 12));
    const common = Array.from({ length: 15 }, () => pick(100_000, 40));
    const text = own.flatMap((w, k) => (k < common.length ? [w, common[k]!] : [w])).join(' ');
    return {
      page_id: `p${String(i).padStart(5, '0')}`,
      title: `${word(topic * 12)} ${word(topic * 12 + 1)}`,
      text,
      topic,
    };
  });
}

/** Pages that share no word with each other. */
export function unrelatedPages(count: number): PageInput[] {
  return Array.from({ length: count }, (_, i) => ({
    page_id: `u${String(i).padStart(5, '0')}`,
    title: word(200_000 + i * 40),
    text: Array.from({ length: 30 }, (_, k) => word(200_000 + i * 40 + k)).join(' '),
  }));
}
