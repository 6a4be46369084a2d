import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MarkdownConnector } from '../../src/connectors/markdown/markdown.connector.js';
import type { PersonsEdit, SeedPage, WikiHarness } from '../contracts/connector.case.js';

/** A folder of Markdown files, edited by hand: by replacing text, as an editor does, and not by the connector's code. */
export class MarkdownWiki implements WikiHarness {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'wikitag-markdown-')));
  readonly oddTags = [
    'C++',
    'a: b',
    "it's",
    'say "x"',
    'no',
    '2024',
    'Ünï',
    'a, b',
    '- x',
    '[y]',
    '日本語',
    'back\\slash',
  ];

  async seed(pages: readonly SeedPage[]): Promise<ReadonlyMap<string, string>> {
    rmSync(this.folder, { recursive: true });
    mkdirSync(this.folder);
    for (const { name, text, tags } of pages) {
      const front =
        tags.length > 0 ? `---\nauthor: me # by hand\ntags:\n${tags.map((t) => `  - ${t}\n`).join('')}---\n` : '';
      this.write(`${name}.md`, `${front}# ${name}\n\n${text}\n`);
    }
    return new Map(pages.map(({ name }) => [name, name]));
  }

  /** Makes a file, and the folders on the way to it. */
  write(path: string, content: string | Buffer): void {
    mkdirSync(join(this.folder, path, '..'), { recursive: true });
    writeFileSync(join(this.folder, path), content);
  }

  connector(): MarkdownConnector {
    return new MarkdownConnector({ folder: this.folder }, { folders: [this.folder] });
  }

  elsewhere(): MarkdownConnector {
    return new MarkdownConnector({ folder: join(this.folder, 'nowhere') }, { folders: [this.folder] });
  }

  async read(pageId: string): Promise<Buffer> {
    return readFileSync(this.fileOf(pageId));
  }

  async editAsPerson(pageId: string, { append = '', add = [], remove = [] }: PersonsEdit): Promise<void> {
    let text = readFileSync(this.fileOf(pageId), 'utf8');
    for (const tag of remove) text = text.replace(new RegExp(`^ *- ${tag}\n`, 'm'), '');
    if (add.length > 0) text = text.replace(/^tags:\n/m, (key) => key + add.map((tag) => `  - ${tag}\n`).join(''));
    writeFileSync(this.fileOf(pageId), `${text}${append}${append && '\n'}`);
  }

  async deleteAsPerson(pageId: string): Promise<void> {
    unlinkSync(this.fileOf(pageId));
  }

  async protect(pageId: string): Promise<void> {
    chmodSync(this.fileOf(pageId), 0o444);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  private fileOf(pageId: string): string {
    return join(this.folder, `${pageId}.md`);
  }
}
