import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../../src/database/options.js';
import { type TestDatabase, testDatabase } from '../../support/postgres.js';

describe('a database from before there was review', () => {
  let database: TestDatabase;
  let db: DataSource;
  beforeAll(async () => {
    database = await testDatabase();
    db = await new DataSource(dataSourceOptions(database.url)).initialize();
  });
  afterAll(async () => {
    await db?.destroy();
    await database?.close();
  });

  const isTable = async (name: string) =>
    (await db.query(`SELECT 1 FROM pg_tables WHERE schemaname = 'public' AND tablename = $1`, [name])).length > 0;

  it('keeps its tags, the surer of two spellings, and goes back to them', async () => {
    while (!(await isTable('page_tags'))) await db.undoLastMigration();
    await db.query(`INSERT INTO wikis (wiki_id, name) VALUES (1, 'w')`);
    await db.query(`INSERT INTO pages (wiki_id, page_id, title, text, content_hash) VALUES (1, 'p', 'P', '', '')`);
    await db.query(
      `INSERT INTO runs (job_id, wiki_id, status, stage, options) VALUES ('old', 1, 'completed', 'finish', '{}'), ('now', 1, 'completed', 'finish', '{}')`,
    );
    await db.query(`UPDATE wikis SET current_job_id = 'now'`);
    await db.query(
      `INSERT INTO page_tags (wiki_id, page_id, tag, confidence, source, status, job_id) VALUES
         (1, 'p', 'boxes', 0.5, 'cluster', 'suggested', 'old'), (1, 'p', 'Box', 0.75, 'cluster', 'applied', 'now'),
         (1, 'p', '!!!', 0.25, 'individual', 'suggested', 'now')`,
    );
    await db.runMigrations();
    expect(
      await db.query('SELECT version, page_id, tag, tag_key, confidence, status, job_id FROM run_tags ORDER BY tag'),
    ).toEqual([
      {
        version: 'now',
        page_id: 'p',
        tag: '!!!',
        tag_key: '!!!',
        confidence: 0.25,
        status: 'suggested',
        job_id: 'now',
      },
      { version: 'now', page_id: 'p', tag: 'Box', tag_key: 'box', confidence: 0.75, status: 'applied', job_id: 'now' },
    ]);
    // nobody knows what was before it
    expect(await db.query('SELECT job_id, dry_run, before_kept FROM runs ORDER BY job_id')).toEqual([
      { job_id: 'now', dry_run: false, before_kept: false },
      { job_id: 'old', dry_run: false, before_kept: false },
    ]);
    while (!(await isTable('page_tags'))) await db.undoLastMigration();
    expect(await db.query('SELECT page_id, tag, status, job_id FROM page_tags ORDER BY tag')).toEqual([
      { page_id: 'p', tag: '!!!', status: 'suggested', job_id: 'now' },
      { page_id: 'p', tag: 'Box', status: 'applied', job_id: 'now' },
    ]);
    await db.runMigrations();
  });
});
