import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Where each page stands on the map of its run. NULL: the run was clustered before there were maps. */
export class Map1732500000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE page_clusters ADD COLUMN x real, ADD COLUMN y real');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE page_clusters DROP COLUMN x, DROP COLUMN y');
  }
}
