import { basename } from 'node:path';
import type { WikiPage } from '../contract.js';
import { readFrontMatter, readTags } from './front-matter.js';

/** Reads a Markdown file. Its title is what the front matter says, or the first heading, or the name of the file. */
export function readPage(pageId: string, path: string, source: string): WikiPage {
  const front = readFrontMatter(source);
  const { title, draft, published } = front.kind === 'yaml' ? front.others : {};
  const text = source.slice(front.kind === 'none' ? front.at : front.body);
  const heading = /^#[ \t]+(\S.*)$/m.exec(text);
  const named = typeof title === 'string' && title.trim() !== '';
  return {
    page_id: pageId,
    title: named ? title.trim() : heading === null ? nameOf(path) : unclosed(heading[1]),
    text: heading === null || named ? text : text.replace(heading[0], () => '').trim(),
    published: draft !== true && published !== false,
    tags: readTags(front),
  };
}

/** Without the #s that may close a heading. No regular expression: on long lines these take for ever. */
function unclosed(heading: string): string {
  const whole = heading.trimEnd();
  let end = whole.length;
  while (whole[end - 1] === '#') end--;
  return /\s/.test(whole[end - 1] ?? '') ? whole.slice(0, end).trimEnd() : whole;
}

const nameOf = (path: string) =>
  basename(path)
    .replace(/\.[^.]+$/, '')
    .replaceAll(/[-_]+/g, ' ');
