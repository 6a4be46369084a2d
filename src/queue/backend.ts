import { type BackendFactory, type ConnectionOptions, createPostgresBackend, createRedisBackend } from 'bullmq';
import pg from 'pg';
import type { Config } from '../config/config.js';
import type { DatabaseServer } from '../database/database-server.js';

/** Nest injection token of the `QueueBackend`. */
export const QUEUE_BACKEND = Symbol('QUEUE_BACKEND');

/** Where the queues live, in BullMQ's terms. */
export interface QueueBackend {
  readonly factory: BackendFactory;
  readonly connection: ConnectionOptions;
  /** At the end of the process: no more attempts to reach a queue that is away. */
  stopRetrying(): void;
}

const SCHEMA = 'wikitag_queue';
const CONNECTIONS = 2; // a pool; each worker listens on one more

/**
 * BullMQ listens for errors of its pool, not of a client that it has taken out of it, as while it opens a queue: a server that
 * goes down in that moment would end the process. The query under way fails all the same, and that is heard.
 */
class HeardClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.on('error', () => undefined);
  }
}

/** Redis where REDIS_URL is set, else a schema of its own in the service's PostgreSQL. */
export async function queueBackend(config: Config, database: DatabaseServer): Promise<QueueBackend> {
  if (config.REDIS_URL !== undefined) {
    // Commands wait for a Redis that is away instead of failing, for as long as it takes; who rings waits less (Bell).
    let retrying = true;
    const connection = {
      url: config.REDIS_URL,
      maxRetriesPerRequest: null,
      retryStrategy: (times: number) => (retrying ? Math.min(200 * times, 1_000) : null),
    };
    const stopRetrying = () => {
      retrying = false;
    };
    return { factory: createRedisBackend as BackendFactory, connection, stopRetrying };
  }
  const connection = {
    connectionString: await database.url(),
    schema: SCHEMA,
    migrate: true,
    max: CONNECTIONS,
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    application_name: 'wikitag queue',
    Client: HeardClient,
  };
  return {
    factory: createPostgresBackend as BackendFactory,
    connection: connection as unknown as ConnectionOptions,
    stopRetrying: () => {},
  };
}
