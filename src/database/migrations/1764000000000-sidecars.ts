import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** The processes that do nothing but cluster. While one is alive, the others leave the clustering to it. */
export class Sidecars1764000000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE clustering_sidecars (
        sidecar_id text PRIMARY KEY,
        host text NOT NULL,
        heartbeat_at timestamptz NOT NULL DEFAULT now()
      );
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE clustering_sidecars');
  }
}
