import { createReadStream, statSync } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { MarkdownConnector } from '../connectors/markdown/markdown.connector.js';

export const SAMPLE_FOLDER = fileURLToPath(new URL('../../../sample', import.meta.url)); // from dist/src/demo

/** Pages to load: NDJSON lines as POST /wikis/{wiki_id}/pages takes them. */
export interface SourcePages {
  readonly name: string;
  readonly origin: string;
  readonly count: number | undefined;
  lines(): AsyncIterable<string> | Iterable<string>;
}

/** Every .md and .markdown file below `folder`, read as a connected folder of Markdown is. */
export async function readMarkdownFolder(folder: string, name?: string): Promise<SourcePages> {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw new Error(`${folder} is not a folder.`);
  const connector = new MarkdownConnector({ folder }, { folders: [folder] });
  const never = new AbortController().signal;
  const { title, pages } = await connector.check(never);
  if (pages === 0) throw new Error(`There is no Markdown file (.md) in ${folder} or below it.`);
  return {
    name: name ?? title,
    origin: folder,
    count: pages ?? undefined,
    async *lines() {
      for await (const change of connector.changes(new Map(), never)) {
        if (change.type === 'page') yield `${JSON.stringify(change.page)}\n`;
        if (change.type === 'unreadable') process.stderr.write(`  ${change.page_id} is left out: ${change.reason}\n`);
      }
    },
  };
}

/** A file with one page a line. `id` is taken for `page_id`. */
export function readJsonLines(file: string): SourcePages {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) throw new Error(`${file} is not a file.`);
  return {
    name: basename(file).replace(/\.[^.]+$/, ''),
    origin: file,
    count: undefined,
    async *lines() {
      for await (const line of createInterface({
        input: createReadStream(file),
        crlfDelay: Number.POSITIVE_INFINITY,
      })) {
        yield `${withPageId(line)}\n`; // blank ones too: the service skips them, and its line numbers stay those of the file
      }
    },
  };
}

function withPageId(line: string): string {
  try {
    const page = JSON.parse(line.replace(/^\uFEFF/, '')) as Record<string, unknown>;
    return page['page_id'] === undefined && page['id'] !== undefined
      ? JSON.stringify({ ...page, page_id: String(page['id']) })
      : line;
  } catch {
    return line; // the service says what is wrong with it, by line number
  }
}
