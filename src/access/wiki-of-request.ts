import type { Request } from 'express';
import { noSuchDecision, noSuchExchange, noSuchJob, noSuchWebhook, noSuchWiki } from '../common/not-found.js';
import type { Problem } from '../common/problem.js';
import { type Queryable, rows } from '../database/rows.js';

/** A name by which requests speak of a wiki, or of something that belongs to one. */
interface WikiName {
  /** The value as the database takes it; undefined for one that no route accepts, which its validation refuses. */
  readonly read: (raw: unknown) => string | number | undefined;
  /** Gives the wiki_id of `$1`; absent where the value is the wiki_id. */
  readonly sql?: string;
  /** What the route answers where there is no such thing. */
  readonly missing: (value: never) => Problem;
}

const idLike = (raw: unknown) => (typeof raw === 'string' && /^[\w-]{1,100}$/.test(raw) ? raw : undefined);

/**
 * Every name, be it in the path, the query or the body. What belongs to a wiki and has an id of its own gets a row here;
 * a test holds the list against the OpenAPI document.
 */
const NAMES: Readonly<Record<string, WikiName>> = {
  // Number(), as the routes' own schemas read it: what they would take for wiki 2 must be wiki 2 here
  wiki_id: { read: wikiNumber, missing: noSuchWiki },
  webhook_id: { read: idLike, sql: 'SELECT wiki_id FROM webhooks WHERE webhook_id = $1', missing: noSuchWebhook },
  decision_id: { read: idLike, sql: 'SELECT wiki_id FROM decisions WHERE decision_id = $1', missing: noSuchDecision },
  exchange_id: { read: idLike, sql: 'SELECT wiki_id FROM exchanges WHERE exchange_id = $1', missing: noSuchExchange },
  job_id: { read: idLike, sql: 'SELECT wiki_id FROM runs WHERE job_id = $1', missing: noSuchJob },
};

/** The names, for the test. */
export const WIKI_NAMES = Object.keys(NAMES);

/** Whether the request names a wiki, and what to answer where one of those it names is not among `allowed`. */
export interface NamedWikis {
  readonly any: boolean;
  readonly refused: Problem | undefined;
}

/** Looks at every wiki that the request names. Which of the others exist makes no difference to the answer. */
export async function namedWikis(db: Queryable, request: Request, allowed: readonly number[]): Promise<NamedWikis> {
  let any = false;
  for (const part of [request.params, request.query, request.body as unknown]) {
    for (const [name, raw] of Object.entries(Object(part) as Record<string, unknown>)) {
      const known = Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
      if (known === undefined || raw === undefined) continue;
      any = true;
      const value = known.read(raw);
      if (value === undefined) continue;
      const wiki = known.sql === undefined ? value : await wikiFrom(db, known.sql, value);
      if (!allowed.some((id) => id === wiki)) return { any, refused: known.missing(value as never) };
    }
  }
  return { any, refused: undefined };
}

async function wikiFrom(db: Queryable, sql: string, value: string | number): Promise<number | undefined> {
  return (await rows<{ wiki_id: number }>(db, sql, [value]))[0]?.wiki_id;
}

function wikiNumber(raw: unknown): number | undefined {
  const number = typeof raw === 'string' ? Number(raw) : raw;
  return Number.isInteger(number) && Number(number) >= 1 && Number(number) <= 2_147_483_647
    ? Number(number)
    : undefined;
}
