import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { readConfig } from '../../src/config/config.js';
import { ConfigModule } from '../../src/config/config.module.js';
import { DatabaseModule } from '../../src/database/database.module.js';
import { MIGRATIONS } from '../../src/database/migrations/index.js';
import { noDebianPostgres, type TestDatabase, testDatabase } from '../support/postgres.js';

const KINDS = [
  ['embedded', undefined],
  ['debian15', noDebianPostgres],
] as const;

for (const [kind, missing] of KINDS) {
  (missing ? describe.skip : describe)(`the schema on PostgreSQL (${missing ?? kind})`, () => {
    let database: TestDatabase;
    beforeAll(async () => {
      database = await testDatabase(kind);
    });
    afterAll(() => database?.close());

    async function open() {
      const config = readConfig({ DATABASE_URL: database.url, API_KEYS: 'a-key-for-tests' });
      @Module({ imports: [ConfigModule.forRoot(config), DatabaseModule] })
      class App {}
      return NestFactory.createApplicationContext(App, { logger: false, abortOnError: false });
    }

    it('is made once, by whichever of several starting processes comes first', async () => {
      const admin = await open();
      await admin.get(DataSource).query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
      const apps = await Promise.all([open(), open(), open()]);
      const applied = await apps[0].get(DataSource).query('SELECT name FROM schema_migrations ORDER BY id');
      expect(applied).toEqual(MIGRATIONS.map(({ name }) => ({ name })));
      await Promise.all([admin, ...apps].map((app) => app.close()));
    });

    it('keeps one active run a wiki and no tag without its page', async () => {
      const app = await open();
      const db = app.get(DataSource);
      const [{ wiki_id }] = await db.query(`INSERT INTO wikis (name) VALUES ('w') RETURNING wiki_id`);
      const run = (id: string) =>
        db.query(
          `INSERT INTO runs (job_id, wiki_id, status, stage, options) VALUES ($1, $2, 'queued', 'fetch', '{}')`,
          [id, wiki_id],
        );
      await run('first');
      await expect(run('second')).rejects.toThrow('one_active_run_a_wiki');
      await expect(
        db.query(
          `INSERT INTO run_tags (version, wiki_id, page_id, tag, tag_key, confidence, source, status, job_id) VALUES ('first', $1, 'none', 't', 't', 1, 'cluster', 'applied', 'first')`,
          [wiki_id],
        ),
      ).rejects.toThrow('foreign key');
      await db.query('DELETE FROM wikis WHERE wiki_id = $1', [wiki_id]);
      expect(await db.query('SELECT * FROM runs')).toEqual([]);
      await app.close();
    });

    it('can be taken down again', async () => {
      const app = await open();
      const db = app.get(DataSource);
      for (const _ of MIGRATIONS) await db.undoLastMigration();
      const left = await db.query(
        `SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'schema_migrations'`,
      );
      expect(left).toEqual([]);
      await db.runMigrations();
      await app.close();
    });
  });
}
