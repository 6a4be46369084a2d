import type { DataSource } from 'typeorm';

const MIGRATION_LOCK = 7_726_002;

/** Brings the schema up to date. Processes that start together take turns, and the later ones find nothing to do. */
export async function migrate(dataSource: DataSource): Promise<void> {
  const turn = dataSource.createQueryRunner();
  try {
    await turn.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await dataSource.runMigrations({ transaction: 'each' });
    await turn.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
  } finally {
    await turn.release();
  }
}
