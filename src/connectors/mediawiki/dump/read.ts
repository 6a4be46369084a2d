import { SaxesParser, type SaxesTagPlain } from 'saxes';
import type { Namespace } from '../title.js';

/** Longer ones are no pages: MediaWiki's own limit is 2 MB. In UTF-16 units. */
const LONGEST = 8 * 2 ** 20;

/** A page of a dump, by its latest revision. */
export interface DumpPage {
  readonly pageId: string;
  readonly namespace: number;
  readonly title: string;
  readonly revision: string;
  /** Undefined where the dump has none, or it is far too long. */
  readonly text: string | undefined;
}

export interface DumpHead {
  readonly siteName: string;
  readonly namespaces: readonly Namespace[];
}

interface Revision {
  id: number;
  model: string;
  text: string[] | undefined;
  length: number;
}

/**
 * Reads a MediaWiki export (https://www.mediawiki.org/wiki/Help:Export#Export_format), never more of it than one page at a
 * time. Redirects and pages that are not of wikitext are left out. Gives the head first, then pages.
 * @throws {Error} where it is no such file, or breaks off
 */
export async function* readDump(pieces: AsyncIterable<string>): AsyncGenerator<DumpHead | DumpPage> {
  const reader = new Reader();
  for await (const piece of pieces) {
    reader.parser.write(piece);
    yield* reader.found.splice(0);
  }
  reader.parser.close();
  yield* reader.found.splice(0);
}

class Reader {
  readonly parser = new SaxesParser();
  readonly found: (DumpHead | DumpPage)[] = [];
  /** Names of the elements around, joined by `/`. */
  #path = '';
  #value = '';
  #siteName = '';
  #namespaces: Namespace[] = [];
  #namespace = { id: 0, case: '' };
  #page = { id: '', ns: 0, title: '', redirect: false };
  #latest: Revision | undefined;
  #revision: Revision = { id: 0, model: '', text: [], length: 0 };

  constructor() {
    this.parser.on('opentag', (tag) => this.#open(tag));
    this.parser.on('text', (text) => this.#text(text));
    this.parser.on('cdata', (text) => this.#text(text));
    this.parser.on('closetag', () => this.#close());
    this.parser.on('error', (error) => {
      throw error;
    });
  }

  #open({ name, attributes }: SaxesTagPlain): void {
    if (this.#path === '' && name !== 'mediawiki') throw new Error(`it begins with <${name}>, not with <mediawiki>`);
    this.#path = this.#path === '' ? name : `${this.#path}/${name}`;
    this.#value = '';
    if (this.#path === 'mediawiki/siteinfo/namespaces/namespace')
      this.#namespace = { id: Number(attributes['key']), case: attributes['case'] ?? 'first-letter' };
    else if (this.#path === 'mediawiki/page') {
      this.#page = { id: '', ns: 0, title: '', redirect: false };
      this.#latest = undefined;
    } else if (this.#path === 'mediawiki/page/redirect') this.#page.redirect = true;
    else if (this.#path === 'mediawiki/page/revision')
      this.#revision = { id: 0, model: 'wikitext', text: undefined, length: 0 };
    else if (this.#path === 'mediawiki/page/revision/text')
      this.#revision.text =
        attributes['deleted'] !== undefined || Number(attributes['bytes'] ?? 0) > 0 ? undefined : [];
  }

  #text(text: string): void {
    if (this.#path !== 'mediawiki/page/revision/text') {
      this.#value += text;
      return;
    }
    if (text === '') return;
    this.#revision.length += text.length;
    this.#revision.text ??= [];
    this.#revision.text.push(text);
    if (this.#revision.length > LONGEST) this.#revision.text = undefined;
  }

  #close(): void {
    const value = this.#value.trim();
    switch (this.#path) {
      case 'mediawiki/siteinfo/sitename':
        this.#siteName = value;
        break;
      case 'mediawiki/siteinfo/namespaces/namespace':
        this.#namespaces.push({ ...this.#namespace, name: value });
        break;
      case 'mediawiki/siteinfo':
        this.found.push({ siteName: this.#siteName, namespaces: this.#namespaces });
        break;
      case 'mediawiki/page/title':
        this.#page.title = value;
        break;
      case 'mediawiki/page/ns':
        this.#page.ns = Number(value);
        break;
      case 'mediawiki/page/id':
        this.#page.id = value;
        break;
      case 'mediawiki/page/revision/id':
        this.#revision.id = Number(value);
        break;
      case 'mediawiki/page/revision/model':
        this.#revision.model = value;
        break;
      case 'mediawiki/page/revision':
        if (this.#revision.id >= (this.#latest?.id ?? 0)) this.#latest = this.#revision;
        break;
      case 'mediawiki/page':
        this.#endPage();
    }
    this.#path = this.#path.slice(0, Math.max(0, this.#path.lastIndexOf('/')));
    this.#value = '';
  }

  #endPage(): void {
    const { id, ns, title, redirect } = this.#page;
    if (id === '' || !this.#latest?.id) throw new Error(`the page “${title}” has no <id>, for itself or its revision`);
    if (redirect || this.#latest.model !== 'wikitext') return;
    const { id: revision, text } = this.#latest;
    this.found.push({ pageId: id, namespace: ns, title, revision: String(revision), text: text?.join('') });
  }
}
