import { systemNetwork } from '../../src/common/outside/network.js';
import { agentTo } from '../../src/common/outside/reach.js';
import { readTarget } from '../../src/common/outside/target.js';
import { liveWikiSettings } from '../../src/connectors/mediawiki/settings.js';
import { MediawikiConnector } from '../../src/connectors/mediawiki/wiki.connector.js';
import type { PersonsEdit, WikiHarness } from '../contracts/connector.case.js';
import type { TrialWiki } from './trial-wiki.js';

/** A connector to a trial wiki, with these settings instead of the usual ones. */
export function connectorTo(wiki: TrialWiki, settings: Record<string, unknown> = {}): MediawikiConnector {
  const { apiUrl: api_url, username, password } = wiki;
  const read = liveWikiSettings.parse({ api_url, username, password, ...settings });
  const target = readTarget(read.api_url, {
    allowedHosts: ['127.0.0.1'],
    variable: '',
    example: '',
    insteadOfPassword: '',
  });
  return new MediawikiConnector(read, agentTo(target, systemNetwork));
}

/** The wiki as its people see it, for the suite that all connectors run. */
export class MediawikiHarness implements WikiHarness {
  readonly oddTags = ['Bread & butter', 'café au lait', 'C++', 'web components', '日本語', 'It’s "quoted"', 'a/b: c'];

  constructor(
    private readonly wiki: () => TrialWiki,
    private readonly settings: Record<string, unknown> = {},
  ) {}

  async seed(pages: Parameters<WikiHarness['seed']>[0]): Promise<ReadonlyMap<string, string>> {
    const { admin } = this.wiki();
    const { query } = await admin.read({ list: 'allpages', aplimit: 'max' });
    for (const { pageid } of query.allpages) await this.deleteAsPerson(String(pageid));
    const ids = new Map<string, string>();
    for (const { name, text, tags } of pages)
      ids.set(name, await this.make(name, [text, ...tags.map((tag) => `[[Category:${tag}]]`)].join('\n')));
    return ids;
  }

  /** Makes a page and gives its id. */
  async make(title: string, text: string): Promise<string> {
    const { edit } = await this.wiki().admin.write({ action: 'edit', title, text, createonly: 1 });
    return String(edit.pageid);
  }

  connector() {
    return connectorTo(this.wiki(), this.settings);
  }

  withWrongCredentials() {
    return connectorTo(this.wiki(), { ...this.settings, password: 'no-such-bot-password-00000000000' });
  }

  elsewhere() {
    return connectorTo(this.wiki(), { ...this.settings, api_url: `${this.wiki().url}/no-such-wiki/api.php` });
  }

  async text(pageId: string): Promise<string> {
    const { query } = await this.wiki().admin.read({
      pageids: pageId,
      prop: 'revisions',
      rvprop: 'content',
      rvslots: 'main',
    });
    return query.pages[0].revisions[0].slots.main.content;
  }

  async read(pageId: string): Promise<Buffer> {
    return Buffer.from(await this.text(pageId));
  }

  async editAsPerson(pageId: string, { append, add = [], remove = [] }: PersonsEdit): Promise<void> {
    let text = await this.text(pageId);
    if (append !== undefined) text = `${append}\n\n${text}`;
    for (const tag of remove) text = text.replace(`\n[[Category:${tag}]]`, '');
    await this.replaceAsPerson(pageId, [text, ...add.map((tag) => `[[Category:${tag}]]`)].join('\n'));
  }

  async replaceAsPerson(pageId: string, text: string): Promise<void> {
    await this.wiki().admin.write({ action: 'edit', pageid: pageId, text });
  }

  async deleteAsPerson(pageId: string): Promise<void> {
    await this.wiki().admin.write({ action: 'delete', pageid: pageId });
  }

  async protect(pageId: string): Promise<void> {
    await this.wiki().admin.write({ action: 'protect', pageid: pageId, protections: 'edit=sysop' });
  }
}
