import type { DataSourceOptions } from 'typeorm';
import { MIGRATIONS } from './migrations/index.js';

const POOL_SIZE = 10;

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
    extra: { application_name: 'wikitag', connectionTimeoutMillis: 10_000, keepAlive: true },
  } as const satisfies DataSourceOptions;
}
