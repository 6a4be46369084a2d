import type { AddressInfo } from 'node:net';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { API_KEYS } from './access/configured-keys.js';
import { AppModule } from './app.module.js';
import { setUpApp } from './app.setup.js';
import { BackendUnavailable } from './clustering/errors.js';
import { answerUnreadableRequests } from './common/client-error.js';
import { createLogger, NestLogger } from './common/logging.js';
import { hideSecrets, withoutSecrets } from './common/secrets.js';
import { type Config, ConfigError, readConfig } from './config/config.js';
import { secretsOf } from './config/secrets.js';
import { EmbeddedPostgres } from './database/embedded/embedded-postgres.js';
import { EmbeddedPostgresError } from './database/embedded/error.js';
import { withOwnHost } from './own-host.js';
import { clusteringDevice } from './pipeline/clustering-device.js';
import { isSidecar } from './pipeline/workers.js';
import { checkRole, type Role } from './role.js';
import { wikiJwtSecret } from './wiki-app/jwt-secret.js';
import { localUrl } from './wiki-app/own-address.js';
import { adminLinkTo } from './wiki-app/user-tokens.js';

/** Longer than proxies keep a connection open (nginx: 60 s): who closes first must be the one who sends, or a request is lost. */
const KEEP_ALIVE_MS = 75_000;

export interface Service {
  readonly app: INestApplicationContext;
  /** Where it listens, e.g. http://127.0.0.1:3000; undefined for a process without HTTP. */
  readonly url: string | undefined;
  readonly apiKey: string | undefined;
  /** The address of the page with a token for an admin; undefined where the wiki app is off. */
  readonly adminLink: string | undefined;
}

/**
 * Starts a process of the service.
 * @throws {ConfigError | BackendUnavailable} where the role cannot be played with this configuration or on this machine
 */
export async function startService(role: Role, wanted: Config): Promise<Service> {
  hideSecrets(secretsOf(wanted));
  checkRole(role, wanted);
  const { config, listensOn } = withOwnHost(role, wanted);
  const logger = new NestLogger(createLogger(config.LOG_LEVEL));
  const module = AppModule.forRole(role, await readyToCluster(role, config, logger));
  if (!role.http) {
    const app = await NestFactory.createApplicationContext(module, { logger, abortOnError: false });
    app.enableShutdownHooks();
    return { app, url: undefined, apiKey: undefined, adminLink: undefined };
  }
  const app = await NestFactory.create<NestExpressApplication>(module, {
    logger,
    bodyParser: false,
    abortOnError: false,
  });
  const apiKeys = app.get<readonly string[]>(API_KEYS);
  const jwtSecret = wikiJwtSecret(config);
  hideSecrets([...apiKeys, ...(jwtSecret === undefined ? [] : [jwtSecret])]); // those made in DATA_DIR too
  setUpApp(app);
  answerUnreadableRequests(app.getHttpServer());
  app.getHttpServer().requestTimeout = 0; // a large upload may take as long as it likes
  app.getHttpServer().keepAliveTimeout = KEEP_ALIVE_MS;
  await app.listen(config.PORT, config.HOST);
  const { port } = app.getHttpServer().address() as AddressInfo;
  listensOn(port);
  const url = shownUrl(config.HOST, port);
  const adminLink = jwtSecret === undefined ? undefined : await adminLinkTo(url, jwtSecret);
  return { app, url, apiKey: apiKeys[0], adminLink };
}

/** Before anything else is started: a process that cannot cluster must not take runs. Gives the backend that it found. */
async function readyToCluster(role: Role, config: Config, logger: NestLogger): Promise<Config> {
  if (!role.parts.includes('clustering')) return config;
  const { backend, description } = await clusteringDevice(
    config.CLUSTERING_BACKEND,
    config.CLUSTERING_THREADS,
    isSidecar(role.parts),
  );
  logger.log(`clusters with ${description}`, 'Clustering');
  return Object.freeze({ ...config, CLUSTERING_BACKEND: backend });
}

function shownUrl(host: string, port: number): string {
  return host === '0.0.0.0' || host === '::' ? `http://localhost:${port}` : localUrl(host, port);
}

/** `main` of every entry: starts, says where, and ends with a message for people where it cannot. */
export async function runProcess(role: Role): Promise<void> {
  try {
    const config = readConfig();
    const { url, apiKey, adminLink } = await startService(role, config);
    if (url === undefined) return;
    const key =
      config.API_KEYS === undefined
        ? `\n  API key       ${apiKey}   (made here, kept in ${config.DATA_DIR}/api-key)`
        : '';
    process.stderr.write(`\nwikitag is up\n  API and docs  ${url}/docs${key}${pageLine(config, url, adminLink)}\n\n`);
  } catch (error) {
    await fail(error);
  }
}

/** A token is shown only where its secret was made here: elsewhere this may be the log of a server that many can read. */
function pageLine(config: Config, url: string, link: string | undefined): string {
  if (link === undefined) return '\n  web page      off: WIKI_JWT_SECRET is not set';
  if (config.WIKI_JWT_SECRET !== undefined)
    return `\n  web page      ${url}/admin   (npm run keys -- link makes a link with a token)`;
  return `\n  web page      ${link}   (opens it for 12 hours)`;
}

/** Ends the process with the error's message; the stack only where the error is not one we expect. */
export async function fail(error: unknown): Promise<never> {
  process.stderr.write(`wikitag could not start: ${withoutSecrets(explain(error))}\n`);
  await EmbeddedPostgres.leaveAll().catch(() => undefined); // a failed start must not leave its server running
  process.exit(1);
}

function explain(error: unknown): string {
  const { code, address, port } = error as { code?: string; address?: string; port?: number };
  if (code === 'EADDRINUSE')
    return `${address}:${port} is in use. Set PORT to another one, or stop what listens there.`;
  const forPeople = [ConfigError, EmbeddedPostgresError, BackendUnavailable];
  if (forPeople.some((kind) => error instanceof kind)) return (error as Error).message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
