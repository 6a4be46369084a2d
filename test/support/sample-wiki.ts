import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPage } from '../../src/connectors/markdown/page.js';
import { SAMPLE_FOLDER } from '../../src/demo/source.js';
import type { PageInput } from './wiki-client.js';

/** The sample wiki's pages as the demo loads them. */
export function samplePages(): PageInput[] {
  return readdirSync(SAMPLE_FOLDER)
    .filter((file) => file.endsWith('.md'))
    .sort()
    .map((file) => readPage(file.replace(/\.md$/, ''), file, readFileSync(join(SAMPLE_FOLDER, file), 'utf8')));
}

/** The topic of each page: the truth, for tests only. */
export function sampleTopics(): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(JSON.parse(readFileSync(join(SAMPLE_FOLDER, 'topics.json'), 'utf8')) as Record<string, string>),
  );
}
