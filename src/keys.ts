import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { ApiKeysRepository } from './access/api-keys.repository.js';
import { type ApiKey, keyId, newApiKey } from './access/api-keys.schemas.js';
import type { Actor } from './access/caller.js';
import { Problem } from './common/problem.js';
import { hideSecrets, withoutSecrets } from './common/secrets.js';
import { storableText } from './common/storable-text.js';
import { ConfigError, readConfig } from './config/config.js';
import { secretsOf } from './config/secrets.js';
import { EmbeddedPostgres } from './database/embedded/embedded-postgres.js';
import { EmbeddedPostgresError } from './database/embedded/error.js';
import { databaseFault } from './database/faults.js';
import { migrate } from './database/migrate.js';
import { dataSourceOptions } from './database/options.js';
import { wikiJwtSecret } from './wiki-app/jwt-secret.js';
import { localUrl } from './wiki-app/own-address.js';
import { ROLES } from './wiki-app/user.js';
import { adminLinkTo } from './wiki-app/user-tokens.js';

const HELP = `npm run keys -- create --name NAME --scopes read,write [--wiki 1 --wiki 2] [--expires DAYS]
npm run keys -- list
npm run keys -- revoke KEY_ID
npm run keys -- link [--user SUB] [--role admin|member] [--hours 12]

Makes, lists and revokes API keys: in the database of DATABASE_URL, or in the embedded one of DATA_DIR, whether the
service runs or not. A new key is printed once, on stdout, and cannot be shown again: only a hash of it is kept.

  --name NAME          who uses it and what for
  --scopes LIST        read, write, admin; admin includes the other two
  --wiki ID            binds it to this wiki; may be repeated. Without: all wikis
  --expires DAYS       ends by itself after so many days. Without: never

'link' prints the address of the web page with a user token in it, which opens it for so many hours. Anybody who has the
link is that user: admin, with the role admin, where nothing else is said. It is an address on this machine: behind a proxy
put the proxy's in its place. It cannot be revoked but by another WIKI_JWT_SECRET.
`;

class UsageError extends Error {}

type KeyWork = (keys: ApiKeysRepository) => Promise<void>;

/** What the command line asks for. @throws {UsageError} */
function readWork(): (() => Promise<void>) | undefined {
  const { values, positionals } = parsed();
  const [command, id, ...rest] = positionals;
  if (values.help === true) return undefined;
  if (command === 'create' && id === undefined) return withKeys(create(values));
  if (command === 'list' && id === undefined) return withKeys(list);
  if (command === 'revoke' && id !== undefined && rest.length === 0) return withKeys(revoke(id));
  if (command === 'link' && id === undefined) return () => printLink(values);
  throw new UsageError('say create, list, link, or revoke and one KEY_ID');
}

function parsed() {
  const string = { type: 'string' } as const;
  const options = { name: string, scopes: string, wiki: { ...string, multiple: true }, expires: string } as const;
  const ofLink = { user: string, role: string, hours: string } as const;
  try {
    return parseArgs({
      options: { ...options, ...ofLink, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function create(values: ReturnType<typeof parsed>['values']): KeyWork {
  const wanted = newApiKey.safeParse({
    name: values.name ?? '',
    scopes: (values.scopes ?? '').split(',').flatMap((scope) => scope.trim() || []),
    ...(values.wiki === undefined ? {} : { wiki_ids: values.wiki.map(Number) }),
    ...(values.expires === undefined ? {} : { expires_in_days: Number(values.expires) }),
  });
  if (!wanted.success) {
    const options: Record<string, string> = { wiki_ids: 'wiki', expires_in_days: 'expires' };
    const [{ path, message } = { path: [], message: '' }] = wanted.error.issues;
    throw new UsageError(`--${options[String(path[0])] ?? String(path[0])} ${message}`);
  }
  return async (keys) => {
    const made = await keys.create(wanted.data, actor());
    process.stderr.write(`${describe(made)}\nThe key, shown this once:\n`);
    process.stdout.write(`${made.key}\n`);
  };
}

const list: KeyWork = async (keys) => {
  let cursor: string | undefined;
  let found = 0;
  do {
    const { api_keys, next_cursor } = await keys.list({ limit: 1000, cursor });
    for (const key of api_keys) process.stdout.write(`${describe(key)}\n`);
    found += api_keys.length;
    cursor = next_cursor === null ? undefined : api_keys.at(-1)?.key_id;
  } while (cursor !== undefined);
  if (found === 0)
    process.stderr.write('No API keys are stored. Those in API_KEYS, or in DATA_DIR/api-key, are not.\n');
};

function revoke(id: string): KeyWork {
  if (!keyId.safeParse(id).success) throw new UsageError(`'${id}' is no KEY_ID; 'list' shows them`);
  return async (keys) => {
    await keys.revoke(id, actor());
    process.stderr.write(`${id} is revoked: it opens nothing any more, in every process within two seconds.\n`);
  };
}

/** A key on one line. */
function describe(key: ApiKey): string {
  const state =
    key.revoked_at !== null
      ? `revoked ${key.revoked_at}`
      : key.expires_at !== null
        ? `${new Date(key.expires_at) < new Date() ? 'expired' : 'until'} ${key.expires_at}`
        : 'valid';
  const wikis = key.wiki_ids === null ? 'all wikis' : `wikis ${key.wiki_ids.join(' ') || 'none (deleted)'}`;
  const used = `last used ${key.last_used_at ?? 'never'}`;
  return [key.key_id, `${key.prefix}_…`, key.scopes.join(','), wikis, state, used, JSON.stringify(key.name)].join('  ');
}

const linkOptions = z.object({
  user: storableText(1, 200).default('admin'),
  role: z.enum(ROLES, 'must be admin or member').default('admin'),
  hours: z.coerce
    .number('must be a number')
    .positive('must be more than 0')
    .max(24 * 366, 'must be a year at most')
    .optional(),
});

async function printLink(values: ReturnType<typeof parsed>['values']): Promise<void> {
  const wanted = linkOptions.safeParse(values);
  if (!wanted.success) {
    const [{ path, message } = { path: [], message: '' }] = wanted.error.issues;
    throw new UsageError(`--${String(path[0])} ${message}`);
  }
  const config = readConfig();
  const secret = wikiJwtSecret(config);
  if (secret === undefined) throw new UsageError('WIKI_JWT_SECRET is not set, so that the wiki app is off');
  const { user, role, hours } = wanted.data;
  const url = localUrl(config.HOST, config.PORT);
  process.stdout.write(`${await adminLinkTo(url, secret, { sub: user, role }, hours)}\n`);
}

function actor(): Actor {
  return { keyId: 'command', name: userName(), requestId: null, address: null };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.()}`; // a container may have no entry for it
  }
}

function withKeys(work: KeyWork): () => Promise<void> {
  return () => inDatabase(work);
}

async function inDatabase(work: KeyWork): Promise<void> {
  // No request is answered here, so no key is needed to answer it with.
  const config = readConfig(undefined, { API_KEYS: 'not-used-by-this-command' });
  hideSecrets(secretsOf(config));
  const embedded = config.DATABASE_URL === undefined ? await EmbeddedPostgres.start(config.DATA_DIR) : undefined;
  try {
    const options = dataSourceOptions(config.DATABASE_URL ?? embedded!.url);
    const db = await new DataSource(options).initialize();
    try {
      await migrate(db);
      await work(new ApiKeysRepository(db));
    } finally {
      await db.destroy();
    }
  } finally {
    await embedded?.leave();
  }
}

try {
  const work = readWork();
  if (work === undefined) process.stdout.write(HELP);
  else await work();
} catch (error) {
  const usage = error instanceof UsageError;
  process.stderr.write(`wikitag keys: ${withoutSecrets(explain(error))}\n`);
  if (usage) process.stderr.write("See 'npm run keys -- --help'.\n");
  process.exitCode = usage ? 2 : 1;
}

function explain(error: unknown): string {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  if (databaseFault(error)?.kind === 'away') return `the database does not answer (${message}). Check DATABASE_URL.`;
  const forPeople = [UsageError, Problem, ConfigError, EmbeddedPostgresError];
  const isDriverError = 'code' in Object(error); // wrong password, no such database: PostgreSQL says it best
  return isDriverError || forPeople.some((kind) => error instanceof kind) ? message : (stack ?? message);
}
