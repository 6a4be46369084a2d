import type { Answer, Session } from './session.js';
import { Titles } from './title.js';

/** The change tag that our edits carry where the wiki has it. */
export const CHANGE_TAG = 'wikitag';
/** The first version whose `intestactions` tells why a page cannot be edited. */
const OLDEST = [1, 35];

/** What one needs to know of a wiki and of one's account there. */
export interface Site {
  readonly name: string;
  readonly version: string;
  readonly tooOld: boolean;
  /** Why nothing can be written now. */
  readonly readOnly: string | undefined;
  readonly titles: Titles;
  /** Prefixes of links to other languages. */
  readonly languages: ReadonlySet<string>;
  readonly account: {
    readonly name: string;
    readonly rights: ReadonlySet<string>;
    readonly blocked: string | undefined;
  };
  /** Whether the wiki has CHANGE_TAG and the account may use it. */
  readonly changeTag: boolean;
}

export async function lookAtSite(session: Session, signal: AbortSignal): Promise<Site> {
  const { query }: Answer = await session.call(
    {
      action: 'query',
      meta: 'siteinfo|userinfo',
      siprop: 'general|namespaces|namespacealiases|interwikimap',
      uiprop: 'rights|blockinfo',
    },
    signal,
  );
  const { general, userinfo } = query;
  const version = String(general.generator).replace(/^MediaWiki /, '');
  const rights = new Set<string>(userinfo.rights);
  if (rights.has('bot')) session.assertBot();
  const languages = query.interwikimap.filter((entry: Answer) => entry.language !== undefined);
  return {
    name: general.sitename,
    version,
    tooOld: isOlder(version),
    readOnly: general.readonly ? (general.readonlyreason ?? 'no reason given') : undefined,
    titles: new Titles(Object.values(query.namespaces), query.namespacealiases),
    languages: new Set(languages.map((entry: Answer) => entry.prefix)),
    account: {
      name: userinfo.name,
      rights,
      blocked: userinfo.blockid !== undefined && !userinfo.blockpartial ? (userinfo.blockreason ?? '') : undefined,
    },
    changeTag: rights.has('applychangetags') && (await hasChangeTag(session, signal)),
  };
}

async function hasChangeTag(session: Session, signal: AbortSignal): Promise<boolean> {
  const list = { action: 'query', list: 'tags', tgprop: 'active|source', tglimit: 'max' } as const;
  for (let more = {}; ; ) {
    const answer = await session.call({ ...list, ...more }, signal);
    const found = answer.query.tags.find(({ name }: Answer) => name === CHANGE_TAG);
    if (found !== undefined) return found.active === true && found.source.includes('manual');
    if (answer.continue === undefined) return false;
    more = answer.continue;
  }
}

function isOlder(version: string): boolean {
  const [major, minor] = version.split('.').map((part) => Number.parseInt(part, 10));
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
}
