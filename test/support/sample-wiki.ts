import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readMarkdownFolder, SAMPLE_FOLDER } from '../../src/demo/source.js';
import type { PageInput } from './wiki-client.js';

/** The sample wiki's pages as the demo loads them. */
export function samplePages(): PageInput[] {
  return [...(readMarkdownFolder(SAMPLE_FOLDER).lines() as Iterable<string>)].map(
    (line) => JSON.parse(line) as PageInput,
  );
}

/** The topic of each page: the truth, for tests only. */
export function sampleTopics(): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(JSON.parse(readFileSync(join(SAMPLE_FOLDER, 'topics.json'), 'utf8')) as Record<string, string>),
  );
}
