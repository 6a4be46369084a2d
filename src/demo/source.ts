import { createReadStream, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const SAMPLE_FOLDER = fileURLToPath(new URL('../../../sample', import.meta.url)); // from dist/src/demo

/** Pages to load: NDJSON lines as POST /wikis/{wiki_id}/pages takes them. */
export interface SourcePages {
  readonly name: string;
  readonly origin: string;
  readonly count: number | undefined;
  lines(): AsyncIterable<string> | Iterable<string>;
}

/** Every .md and .markdown file below `folder`; the page_id is its path, the title its first heading. */
export function readMarkdownFolder(folder: string, name?: string): SourcePages {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw new Error(`${folder} is not a folder.`);
  const top = realpathSync(folder);
  const files = readdirSync(top, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(md|markdown)$/i.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(
      (file) =>
        !relative(top, file)
          .split(sep)
          .some((part) => part.startsWith('.') || part === 'node_modules'),
    )
    .sort();
  if (files.length === 0) throw new Error(`There is no Markdown file (.md) in ${folder} or below it.`);
  return {
    name: name ?? basename(top),
    origin: folder,
    count: files.length,
    *lines() {
      for (const file of files)
        yield `${JSON.stringify(pageOf(relative(top, file).split(sep).join('/'), readFileSync(file, 'utf8')))}\n`;
    },
  };
}

function pageOf(path: string, markdown: string): { page_id: string; title: string; text: string } {
  const text = markdown.replace(/^\uFEFF?---\r?\n[\s\S]*?\r?\n---\r?\n/, '');
  const heading = /^#\s+(.+?)\s*#*\s*$/m.exec(text);
  const title =
    heading?.[1] ??
    basename(path)
      .replace(/\.[^.]+$/, '')
      .replaceAll(/[-_]+/g, ' ');
  return {
    page_id: path.replace(/\.[^.]+$/, ''),
    title,
    text: heading === null ? text : text.replace(heading[0], '').trim(),
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
