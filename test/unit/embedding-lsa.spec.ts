import { describe, expect, it } from '@jest/globals';
import { LsaEmbedder } from '../../src/embedding/lsa/lsa.embedder.js';
import { tfidf } from '../../src/embedding/lsa/tfidf.js';
import { termsOf, wordsOf } from '../../src/embedding/lsa/tokenizer.js';
import { type EmbeddingInput, type Embeddings } from '../../src/embedding/types.js';
import { samplePages, sampleTopics } from '../support/sample-wiki.js';

const OPTIONS = { titleWeight: 2, maxChars: 20_000 };
const terms = (text: string) => wordsOf(text).flatMap(termsOf);
const cosine = ({ data, dims }: Embeddings, i: number, j: number) => {
  let sum = 0;
  for (let c = 0; c < dims; c++) sum += data[i * dims + c] * data[j * dims + c];
  return sum;
};
const embed = (pages: readonly EmbeddingInput[]) => new LsaEmbedder().embed(pages);

describe('terms of a text', () => {
  it.each([
    ['English', 'The boxes, classes & cities of 1999', ['the', 'boxe', 'classe', 'city', 'of', '1999']],
    [
      'identifiers',
      'XMLHttpRequest min_samples',
      ['xmlhttprequest', 'xml', 'http', 'request', 'min_sample', 'min', 'sample'],
    ],
    ['another form of the same letters', 'Cafe\u0301 \uFB01ne', ['café', 'fine']],
    ['Russian', 'Большой телескоп', ['большой', 'телескоп']],
    ['Chinese, by dictionary', '天文学研究宇宙', ['天文学', '研究', '宇宙']],
    ['Japanese', '東京でラーメンを食べる', ['東京', 'ラーメン']],
    ['Thai', 'ภาษาไทย', ['ภาษา', 'ไทย']],
    ['Korean, by pairs of syllables', '망원경으로', ['망원', '원경']],
    ['scripts side by side', 'Node.js 教程', ['node', 'js', '教程']],
  ])('%s', (_, text, expected) => {
    expect(terms(text)).toEqual(expect.arrayContaining(expected));
  });

  it('drops single letters and signs', () => {
    expect(terms('a - b + 7 !')).toEqual([]);
  });
});

describe('tfidf', () => {
  it('gives rows of length 1 whose words count by (1 + ln tf) idf, titles twice', () => {
    const pages = [
      { title: 'apple', text: 'pear pear' },
      { title: 'apple', text: 'pear' },
      { title: 'plum', text: 'plum' },
    ];
    const { rowStart, values, cols } = tfidf(pages, OPTIONS);
    expect(cols).toBe(3); // plum is on one page only, but that page has nothing else
    expect([...rowStart]).toEqual([0, 2, 4, 5]);
    const [appleTwice, pearTwice, , pearOnce] = values;
    expect(appleTwice).toBeCloseTo(Math.SQRT1_2, 6);
    expect(pearTwice).toBeCloseTo(Math.SQRT1_2, 6);
    expect(pearOnce).toBeCloseTo(1 / Math.hypot(1 + Math.log(2), 1), 6);
  });

  it('leaves out what most pages of a large wiki say, but not for pages that say nothing else', () => {
    const pages = Array.from({ length: 100 }, (_, i) => ({
      title: '',
      text: i < 90 ? 'common words' : `common ${i % 2 ? 'bridges' : 'tunnels'}`,
    }));
    const { rowStart } = tfidf(pages, OPTIONS);
    expect(rowStart[1] - rowStart[0]).toBe(2);
    expect(rowStart[100] - rowStart[99]).toBe(1);
  });
});

describe('LsaEmbedder', () => {
  it.each(['js', 'auto'] as const)('gives the vectors that its name stands for (%s)', async (svd) => {
    const embedder = new LsaEmbedder({ svd });
    const all = await embedder.embed(samplePages());
    const likeness = [1, 2, 10, 30, 55].map((i) => cosine(all, 0, i));
    // Other numbers mean other vectors: raise VERSION, so that stored vectors are not mixed with new ones.
    expect({ model: embedder.model, likeness }).toEqual({
      model: 'lsa-256@1',
      likeness: [0.209, 0.207, 0.747, 0.178, 0.175].map((x) => expect.closeTo(x, 2)),
    });
  });

  it('puts every page of the sample wiki nearest to pages on its own topic', async () => {
    const pages = samplePages();
    const topics = pages.map(({ page_id }) => sampleTopics().get(page_id));
    const all = await embed(pages);
    topics.forEach((topic, i) => {
      const nearest = topics
        .map((_, j) => j)
        .filter((j) => j !== i)
        .sort((a, b) => cosine(all, i, b) - cosine(all, i, a));
      expect(nearest.slice(0, 5).filter((j) => topics[j] !== topic)).toHaveLength(0);
    });
  });

  it('puts identical pages in one place, whatever their number', async () => {
    for (const count of [2, 20, 300]) {
      const all = await embed(
        Array.from({ length: count }, () => ({ title: 'The same page', text: 'with the same text' })),
      );
      for (let i = 1; i < count; i++) expect(cosine(all, 0, i)).toBeCloseTo(1, 4);
    }
  });

  it('keeps copies together and the rest apart where most pages are copies', async () => {
    const words = 'amber basalt cedar dahlia ember fjord glacier harbor island juniper'.split(' ');
    const pages = Array.from({ length: 100 }, (_, i) =>
      i < 90
        ? { title: 'Copy', text: 'a page that was copied' }
        : { title: words[i - 90], text: `${words[i - 90]} alone` },
    );
    const all = await embed(pages);
    for (let i = 1; i < 90; i++) expect(cosine(all, 0, i)).toBeGreaterThan(0.99);
    for (let i = 90; i < 100; i++) expect(Math.abs(cosine(all, 0, i))).toBeLessThan(0.2);
  });

  it('keeps two copies together among pages that differ', async () => {
    const pages = samplePages().slice(0, 20);
    const all = await embed([...pages, pages[3]]);
    expect(cosine(all, 3, 20)).toBeCloseTo(1, 5);
  });

  it('keeps pages apart that share no word', async () => {
    const word = (i: number, k: number) => `${'abcdefghijklmnopqrst'[i]}${'uvwxyz'[k]}zzq`;
    const pages = Array.from({ length: 20 }, (_, i) => ({
      title: word(i, 0),
      text: [1, 2, 3].map((k) => word(i, k)).join(' '),
    }));
    const all = await embed(pages);
    for (let i = 0; i < 20; i++) for (let j = 0; j < i; j++) expect(Math.abs(cosine(all, i, j))).toBeLessThan(0.1);
  });

  it('tells the subjects of Chinese pages apart', async () => {
    const stars = ['望远镜观测行星和恒星', '天文学家用望远镜研究星系', '恒星和行星在星系中运动'];
    const bread = ['面包用面粉和酵母烘烤', '面粉加水揉成面团', '酵母让面团发酵再烘烤成面包'];
    const all = await embed([...stars, ...bread].map((text) => ({ title: '', text: `${text}。${text}` })));
    expect(cosine(all, 0, 1)).toBeGreaterThan(cosine(all, 0, 3));
    expect(cosine(all, 3, 5)).toBeGreaterThan(cosine(all, 2, 5));
  });
});
