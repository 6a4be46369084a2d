import type { Agent } from 'node:http';
import { resolve } from 'node:path';
import { z } from 'zod';
import { agentTo } from '../common/outside/reach.js';
import { ForbiddenUrl, readTarget } from '../common/outside/target.js';
import { hideSecrets } from '../common/secrets.js';
import type { Connector, ConnectorKind } from './contract.js';
import { WikiFault } from './faults.js';
import { HttpConnector, httpSettings } from './http/http.connector.js';
import { MarkdownConnector, markdownSettings } from './markdown/markdown.connector.js';
import { DumpConnector } from './mediawiki/dump/dump.connector.js';
import { dumpSettings, liveWikiSettings } from './mediawiki/settings.js';
import { MediawikiConnector } from './mediawiki/wiki.connector.js';
import { outsidePolicy, type Surroundings } from './surroundings.js';

const pace = {
  edits_per_minute: z.int().min(1).max(6000).default(60).meta({
    description: 'How many pages are written a minute at most.',
    example: 60,
  }),
};

/** A wiki that is there, or a dump of one: whoever names a dump means that. */
const mediawikiSettings = z.union([liveWikiSettings.extend(pace), dumpSettings], {
  error: ({ input, errors }) => {
    const meant = errors?.[Object.hasOwn(Object(input), 'dump_file') ? 1 : 0] ?? [];
    return meant.map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message)).join('; ');
  },
});

/** Which wiki, and how to get in: one form for each kind. */
export const connection = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('markdown'), settings: markdownSettings }),
    z.strictObject({ kind: z.literal('mediawiki'), settings: mediawikiSettings }),
    z.strictObject({ kind: z.literal('http'), settings: httpSettings.extend(pace) }),
  ],
  { error: 'send {"kind": "markdown" | "mediawiki" | "http", "settings": {…}}' },
);
export type Connection = z.output<typeof connection>;

/** Fields of the settings that are never shown and are kept encrypted. */
export const SECRET_FIELDS: Readonly<Record<ConnectorKind, readonly string[]>> = {
  markdown: [],
  mediawiki: ['password'],
  http: ['token'],
};

/**
 * Makes a connector; who asked for it closes it. Its secrets are in no log from then on.
 * @throws {WikiFault} misconfigured, where it leads to a forbidden place
 */
export function createConnector(of: Connection, around: Surroundings): Connector {
  const secrets = Object.entries(of.settings).filter(([field]) => SECRET_FIELDS[of.kind].includes(field));
  hideSecrets(secrets.map(([, value]) => String(value)));
  if (of.kind === 'markdown') return new MarkdownConnector(of.settings, around);
  if (of.kind === 'http') return new HttpConnector(of.settings, agentFor('url', of.settings.url, around));
  if ('dump_file' in of.settings) return new DumpConnector(of.settings, around);
  return new MediawikiConnector(of.settings, agentFor('api_url', of.settings.api_url, around));
}

/**
 * The wiki that a connection is of, as a word: what is known of its pages and what was written to it belongs to this. Other
 * credentials for it leave it as it is, and so does another spelling: or else our tags there would be taken for people's.
 */
export function placeOf({ kind, settings }: Connection): string {
  if (kind === 'markdown') return JSON.stringify([kind, resolve(settings.folder)]);
  if (kind === 'http') return JSON.stringify([kind, sameUrl(settings.url)]);
  if ('dump_file' in settings) return JSON.stringify([kind, resolve(settings.dump_file)]);
  // what is written in one way is not found by the other
  return JSON.stringify([kind, sameUrl(settings.api_url), settings.write_as, settings.template]);
}

/** In one spelling, without a slash at the end. */
const sameUrl = (url: string) => (URL.canParse(url) ? new URL(url).href : url).replace(/\/$/, '');

function agentFor(field: string, url: string, around: Surroundings): Agent {
  try {
    return agentTo(readTarget(url, outsidePolicy(around)), around.network);
  } catch (error) {
    if (error instanceof ForbiddenUrl) throw new WikiFault('misconfigured', `${field} ${error.message}`);
    throw error;
  }
}
