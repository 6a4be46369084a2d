import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemNetwork } from '../../src/common/outside/network.js';
import { type Connection, createConnector } from '../../src/connectors/create.js';
import type { Surroundings } from '../../src/connectors/surroundings.js';
import type { PersonsEdit, SeedPage, WikiHarness } from '../contracts/connector.case.js';

const TOKEN = 'a-token-for-the-wiki';
const LIST_PAGES = 2;

interface Page {
  title: string;
  text: string;
  tags: string[];
  revision: number;
  locked: boolean;
  published: boolean;
}

/** An answer to be given instead of the right one. */
interface Instead {
  readonly status: number;
  readonly headers?: Record<string, string>;
  /** The edit is made all the same, and only the answer is lost. */
  readonly after?: boolean;
}

/**
 * The reference of docs/connectors.md: a wiki that serves the http protocol, on loopback, with its pages in memory.
 * `PUT …/tags` it counts by page and by edit, for tests that ask whether something was written twice.
 */
export class HttpWiki implements WikiHarness {
  readonly oddTags = ['C++', 'a: b', "it's", 'say "x"', ' no ', 'Ünï', 'a, b', '日本語', '<b>', '%2F'];
  readonly pages = new Map<string, Page>();
  /** Edits by their id: what makes a repeated PUT harmless. */
  readonly edits = new Map<string, { page_id: string; revision: string }>();
  /** PUTs that changed a page, in their order. */
  readonly writes: string[] = [];
  /** Requests that are not answered yet. */
  open = 0;
  token = TOKEN;
  canWrite = true;
  /** Looked at before each PUT of tags. */
  instead: (pageId: string) => Instead | undefined = () => undefined;
  /** Waited for after an edit was made and before it is answered. */
  beforeAnswer: (pageId: string) => Promise<void> = async () => {};
  private revisions = 0;

  private constructor(private readonly server: Server) {}

  static async listen(): Promise<HttpWiki> {
    const server = createServer((request, response) => void wiki.answer(request, response));
    const wiki = new HttpWiki(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return wiki;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get connection(): Connection & { kind: 'http' } {
    return { kind: 'http', settings: { url: `http://${this.host}/api/tags/`, token: TOKEN, edits_per_minute: 6000 } };
  }

  get surroundings(): Surroundings {
    return { network: systemNetwork, allowedHosts: [this.host], folders: [] };
  }

  connector() {
    return createConnector(this.connection, this.surroundings);
  }

  withWrongCredentials() {
    const { settings } = this.connection;
    return createConnector({ kind: 'http', settings: { ...settings, token: 'another' } }, this.surroundings);
  }

  elsewhere() {
    const { settings } = this.connection;
    const url = `http://${this.host}/nothing`;
    return createConnector({ kind: 'http', settings: { ...settings, url } }, this.surroundings);
  }

  async seed(pages: readonly SeedPage[]): Promise<ReadonlyMap<string, string>> {
    this.pages.clear();
    for (const { name, text, tags } of pages) this.put(`page/${name} ?`, name, text, tags);
    return new Map(pages.map(({ name }) => [name, `page/${name} ?`]));
  }

  /** Makes a page or replaces it. */
  put(pageId: string, title: string, text: string, tags: readonly string[] = []): void {
    const revision = ++this.revisions;
    this.pages.set(pageId, { title, text, tags: [...tags], revision, locked: false, published: true });
  }

  async read(pageId: string): Promise<Buffer> {
    const { title, text, tags } = this.pages.get(pageId)!;
    return Buffer.from(JSON.stringify({ title, text, tags }));
  }

  async editAsPerson(pageId: string, { append = '', add = [], remove = [] }: PersonsEdit): Promise<void> {
    const page = this.pages.get(pageId)!;
    page.text += append;
    page.tags = [...page.tags.filter((tag) => !remove.includes(tag)), ...add];
    page.revision = ++this.revisions;
  }

  async deleteAsPerson(pageId: string): Promise<void> {
    this.pages.delete(pageId);
  }

  async protect(pageId: string): Promise<void> {
    this.pages.get(pageId)!.locked = true;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.open++;
    response.once('close', () => this.open--);
    const body = Buffer.concat(await request.toArray()).toString();
    const before = this.writes.length;
    const [status, answer, headers] = this.route(request, body);
    if (this.writes.length > before) await this.beforeAnswer(this.writes.at(-1)!);
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(answer));
  }

  private route(request: IncomingMessage, body: string): [number, unknown, Record<string, string>?] {
    const { pathname, searchParams } = new URL(request.url!, 'http://wiki');
    if (!pathname.startsWith('/api/tags')) return [404, {}];
    if (request.headers.authorization !== `Bearer ${this.token}`) return [401, {}];
    const [first, id, last] = pathname.slice('/api/tags/'.length).split('/').map(decodeURIComponent);
    if (first === undefined || first === '')
      return [200, { title: 'The reference', pages: this.pages.size, can_write: this.canWrite }];
    if (first === 'edits') return this.edits.has(id) ? [200, this.edits.get(id)] : [404, {}];
    if (id === undefined) return [200, this.list(searchParams.get('cursor') ?? '')];
    const page = this.pages.get(id);
    if (page === undefined) return [404, {}];
    if (last !== 'tags') return [200, { page_id: id, ...page, revision: String(page.revision) }];
    const instead = this.instead(id);
    if (instead !== undefined && !instead.after) return [instead.status, {}, instead.headers];
    const written = this.write(id, page, request, body);
    return instead === undefined ? written : [instead.status, {}, instead.headers];
  }

  private write(id: string, page: Page, { headers }: IncomingMessage, body: string): [number, unknown] {
    const edit = String(headers['idempotency-key']);
    const done = this.edits.get(edit);
    if (done !== undefined) return [200, done];
    if (page.locked) return [423, {}];
    if (headers['if-match'] !== `"${page.revision}"`) return [412, {}];
    page.tags = (JSON.parse(body) as { tags: string[] }).tags;
    page.revision = ++this.revisions;
    this.writes.push(id);
    const made = { page_id: id, revision: String(page.revision) };
    this.edits.set(edit, made);
    return [200, made];
  }

  private list(after: string) {
    const ids = [...this.pages.keys()].filter((id) => id > after).sort();
    const some = ids.slice(0, this.listSize);
    const pages = some.map((id) => ({ page_id: id, revision: String(this.pages.get(id)!.revision) }));
    return { pages, next_cursor: ids.length > some.length ? some.at(-1) : null };
  }

  /** Few enough that the tests turn over. */
  private get listSize(): number {
    return Math.max(LIST_PAGES, Math.ceil(this.pages.size / 3));
  }
}
