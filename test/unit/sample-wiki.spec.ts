import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { chineseWiki } from '../support/chinese-wiki.js';

/** The compiled spec lies in dist/test/unit, three levels below the root of the checkout. */
const folder = resolve(fileURLToPath(import.meta.url), '../../../../sample');

interface SamplePage {
  slug: string;
  title: string;
  body: string;
}

function readPage(file: string): SamplePage {
  const [first, ...rest] = readFileSync(resolve(folder, file), 'utf8').split('\n');
  expect(`${file}: ${first}`).toMatch(/: # \S/);
  return { slug: file.slice(0, -'.md'.length), title: first.slice(2), body: rest.join('\n') };
}

const pages = readdirSync(folder)
  .filter((file) => file.endsWith('.md'))
  .map(readPage);
const topics: Record<string, string> = JSON.parse(readFileSync(resolve(folder, 'topics.json'), 'utf8'));

function countBy(values: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

describe('the sample wiki', () => {
  it('has 50 to 60 pages, and nothing beside them but the topics', () => {
    expect(pages.length).toBeGreaterThanOrEqual(50);
    expect(pages.length).toBeLessThanOrEqual(60);
    expect(readdirSync(folder).filter((file) => !file.endsWith('.md'))).toEqual(['topics.json']);
  });

  it('gives every page a title of its own and at least 80 words', () => {
    expect([...countBy(pages.map((page) => page.title.toLowerCase()))].filter(([, count]) => count > 1)).toEqual([]);
    expect(pages.filter((page) => page.body.trim().split(/\s+/).length < 80)).toEqual([]);
  });

  it('names a topic for exactly the pages there are, with five topics or more', () => {
    expect(Object.keys(topics).sort()).toEqual(pages.map((page) => page.slug).sort());
    const sizes = [...countBy(Object.values(topics)).values()];
    expect(sizes.length).toBeGreaterThanOrEqual(5);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(5);
  });

  it('does not give the answer away: no front matter, and links stay inside the topic', () => {
    for (const page of pages) {
      expect(page.body).not.toMatch(/^---$/m);
      for (const [, target] of page.body.matchAll(/\]\(([^)]+)\.md\)/g)) {
        expect({ from: page.slug, target, topic: topics[target] }).toEqual({
          from: page.slug,
          target,
          topic: topics[page.slug],
        });
      }
    }
  });
});

describe('the Chinese wiki', () => {
  it('has 24 pages with their own ids and titles, eight in each of three topics', () => {
    expect(new Set(chineseWiki.map((page) => page.page_id)).size).toBe(24);
    expect(new Set(chineseWiki.map((page) => page.title)).size).toBe(24);
    expect([...countBy(chineseWiki.map((page) => page.topic)).values()]).toEqual([8, 8, 8]);
  });

  it('has Chinese texts of 60 to 120 characters', () => {
    for (const page of chineseWiki) {
      expect(page.text).toMatch(/^[\p{Script=Han}，。、]{60,120}$/u);
    }
  });
});
