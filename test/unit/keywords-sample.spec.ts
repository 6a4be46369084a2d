import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { KeywordsTagger } from '../../src/tagging/keywords/keywords-tagger.js';
import { chineseWiki } from '../support/chinese-wiki.js';

/** The compiled spec lies in dist/test/unit, three levels below the root of the checkout. */
const folder = resolve(fileURLToPath(import.meta.url), '../../../../sample');

interface TopicPage {
  readonly topic: string;
  readonly title: string;
  readonly text: string;
}

/** The best tag of each topic, all pages of a topic being one group. */
async function bestTags(pages: readonly TopicPage[]): Promise<Record<string, string>> {
  const topics = [...new Set(pages.map(({ topic }) => topic))];
  const groups = topics.map((key) => {
    const members = pages.flatMap(({ topic }, i) => (topic === key ? [i] : []));
    return { key, members, representatives: members, parentKey: null };
  });
  const session = await new KeywordsTagger().prepare({ pages: pages.map((p) => ({ ...p, humanTags: [] })), groups });
  const tags = await Promise.all(groups.map((group) => session.tag(group)));
  return Object.fromEntries(topics.map((topic, i) => [topic, tags[i][0].tag]));
}

describe('the best tag of each topic', () => {
  it('is the one a librarian would give, in the sample wiki', async () => {
    const topics: Record<string, string> = JSON.parse(readFileSync(resolve(folder, 'topics.json'), 'utf8'));
    const files = readdirSync(folder).filter((file) => file.endsWith('.md'));
    const pages = files.map((file): TopicPage => {
      const [first, ...rest] = readFileSync(resolve(folder, file), 'utf8').split('\n');
      return { topic: topics[file.slice(0, -'.md'.length)], title: first.slice(2), text: rest.join('\n') };
    });
    const tags = await bestTags(pages);
    expect(tags['bicycle repair']).toMatch(/^(bikes?|bicycles?)$/);
    expect(tags['bread baking']).toMatch(/^(bread|baking|sourdough)$/);
    expect(tags.coffee).toBe('coffee');
    expect(tags.astronomy).toMatch(/^(telescopes?|stars|astronomy|night sky)$/);
    expect(tags.houseplants).toBe('houseplants');
    expect(tags.beekeeping).toMatch(/^(bees|beekeeping)$/);
    expect(tags.chess).toBe('chess');
  });

  it('is a Chinese word in a Chinese wiki', async () => {
    const tags = await bestTags(chineseWiki);
    for (const [topic, tag] of Object.entries(tags)) expect(topic.includes(tag) || tag.includes(topic)).toBe(true);
  });
});
