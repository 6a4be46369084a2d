import { describe, expect, it } from '@jest/globals';
import { type Embedder, type EmbeddingInput, type Embeddings } from '../../src/embedding/types.js';

const BREAD = 'Flour, water, salt and yeast make a dough; the oven bakes the dough into bread with a crust.';
const STARS = 'A telescope shows planets, moons and galaxies; the astronomer measures the light of stars.';

/** Two subjects, an empty page and a page of nothing but spaces among them. */
const PAGES: readonly EmbeddingInput[] = [
  { title: 'Rye bread', text: `${BREAD} Rye flour needs a sourdough.` },
  { title: 'The night sky', text: `${STARS} Jupiter is bright.` },
  { title: '', text: '' },
  { title: 'Wheat bread', text: `${BREAD} Wheat flour rises well.` },
  { title: 'Telescopes', text: `${STARS} A mirror collects light.` },
  { title: ' ', text: ' \n ' },
  { title: 'Baking', text: `${BREAD} Knead, proof, bake.` },
  { title: 'Planets', text: `${STARS} Saturn has rings.` },
];
const EMPTY = [2, 5];

const row = ({ data, dims }: Embeddings, i: number) => data.subarray(i * dims, (i + 1) * dims);
const cosine = (all: Embeddings, i: number, j: number) =>
  row(all, i).reduce((sum, x, c) => sum + x * row(all, j)[c], 0);

/** What every Embedder must do, whatever stands behind it. */
export function embedderContract(name: string, get: () => Embedder): void {
  describe(`Embedder contract: ${name}`, () => {
    it('gives one row an input, of one length, all finite', async () => {
      const all = await get().embed(PAGES);
      expect(all.rows).toBe(PAGES.length);
      expect(all.dims).toBeGreaterThan(0);
      expect(all.data).toHaveLength(all.rows * all.dims);
      expect(all.data.every(Number.isFinite)).toBe(true);
    });

    it('gives rows of length 1, and zero rows for pages without words', async () => {
      const all = await get().embed(PAGES);
      PAGES.forEach((_, i) => {
        expect(cosine(all, i, i)).toBeCloseTo(EMPTY.includes(i) ? 0 : 1, 5);
      });
    });

    it('keeps the order of the input: pages on one subject are nearer than pages on two', async () => {
      const all = await get().embed(PAGES);
      const [bread, stars] = [
        [0, 3, 6],
        [1, 4, 7],
      ];
      const within = [bread, stars].flatMap((group) =>
        group.flatMap((i) => group.filter((j) => j > i).map((j) => cosine(all, i, j))),
      );
      const between = bread.flatMap((i) => stars.map((j) => cosine(all, i, j)));
      expect(Math.min(...within)).toBeGreaterThan(Math.max(...between));
    });

    it('gives the same bits for the same pages', async () => {
      const first = await get().embed(PAGES);
      const again = await get().embed(PAGES);
      expect(Buffer.from(again.data.buffer).equals(Buffer.from(first.data.buffer))).toBe(true);
    });

    it('gives nothing for nothing', async () => {
      expect(await get().embed([])).toEqual({ data: new Float32Array(0), rows: 0, dims: 0 });
    });

    it('gives zero rows where no page has a word', async () => {
      const all = await get().embed([PAGES[2], PAGES[5]]);
      expect(all.rows).toBe(2);
      expect(all.data).toEqual(new Float32Array(2 * all.dims));
    });

    it('embeds a single page', async () => {
      const all = await get().embed([PAGES[0]]);
      expect(all.rows).toBe(1);
      expect(cosine(all, 0, 0)).toBeCloseTo(1, 5);
    });

    it('counts up to the number of inputs', async () => {
      const counts: number[] = [];
      await get().embed(PAGES, { onProgress: (done) => counts.push(done) });
      expect(counts.at(-1)).toBe(PAGES.length);
      expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    });

    it('ends with the reason of the signal', async () => {
      const reason = new Error('the run was cancelled');
      await expect(get().embed(PAGES, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      const controller = new AbortController();
      const running = get().embed(PAGES, { signal: controller.signal });
      controller.abort(reason);
      await expect(running).rejects.toBe(reason);
    });
  });
}
