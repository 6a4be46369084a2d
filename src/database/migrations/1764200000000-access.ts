import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * API keys as hashes, and who did what. The audit log has no foreign keys: what it tells of may be gone.
 * An Idempotency-Key is one of its wiki: whether another wiki has used it must not show.
 */
export class Access1764200000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE api_keys (
        key_id text COLLATE "C" PRIMARY KEY,
        name text NOT NULL,
        prefix text NOT NULL UNIQUE, -- how the key begins: no secret
        digest bytea NOT NULL, -- SHA-256 of the key
        scopes text[] NOT NULL CHECK (scopes <> '{}' AND scopes <@ ARRAY['read', 'write', 'admin']),
        wiki_ids integer[], -- NULL: all; empty: its wikis were deleted
        created_at timestamptz NOT NULL DEFAULT now(),
        created_by text NOT NULL,
        last_used_at timestamptz,
        expires_at timestamptz,
        revoked_at timestamptz
      );

      CREATE TABLE audit_log (
        audit_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        at timestamptz NOT NULL DEFAULT now(),
        key_id text NOT NULL,
        name text NOT NULL,
        action text NOT NULL,
        wiki_id integer,
        job_id text,
        subject text,
        request_id text,
        address text
      );
      CREATE INDEX audit_of_wiki ON audit_log (wiki_id, audit_id);
      CREATE INDEX audit_of_job ON audit_log (job_id, audit_id);

      ALTER TABLE runs DROP CONSTRAINT runs_idempotency_key_key;
      ALTER TABLE runs ADD CONSTRAINT runs_idempotency_key UNIQUE (wiki_id, idempotency_key);
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE runs DROP CONSTRAINT runs_idempotency_key;
      ALTER TABLE runs ADD CONSTRAINT runs_idempotency_key_key UNIQUE (idempotency_key);
      DROP TABLE audit_log, api_keys;
    `);
  }
}
