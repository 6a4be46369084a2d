import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Why a run could not go on, how many times in a row, and when it is looked at again. */
export class Setbacks1764300000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(
      'ALTER TABLE runs ADD COLUMN setbacks integer NOT NULL DEFAULT 0, ADD COLUMN setback text, ADD COLUMN next_look_at timestamptz',
    );
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE runs DROP COLUMN setbacks, DROP COLUMN setback, DROP COLUMN next_look_at');
  }
}
