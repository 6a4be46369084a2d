import type { DataSourceOptions } from 'typeorm';
import { MIGRATIONS } from './migrations/index.js';

const POOL_SIZE = 10;
/** A session keeps the settings it began with, as that the database is read-only: none gets old. */
const SESSION_SECONDS = 60;

/** How the service connects to its PostgreSQL; without entities, which the features bring along. */
export function dataSourceOptions(url: string) {
  return {
    type: 'postgres',
    url,
    migrations: MIGRATIONS,
    migrationsTableName: 'schema_migrations',
    synchronize: false,
    logging: false,
    poolSize: POOL_SIZE,
    extra: {
      application_name: 'wikitag',
      connectionTimeoutMillis: 10_000,
      keepAlive: true,
      maxLifetimeSeconds: SESSION_SECONDS,
    },
  } as const satisfies DataSourceOptions;
}
