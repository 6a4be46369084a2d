import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** The outbox of webhook messages, the log of their deliveries, and the endpoints that asked to be left alone. */
export class Webhooks1764100000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- One row for every end of a run that has a callback_url, written in the transaction that ends it.
      CREATE TABLE webhooks (
        webhook_id text COLLATE "C" PRIMARY KEY,
        seq integer GENERATED ALWAYS AS IDENTITY UNIQUE,
        wiki_id integer NOT NULL,
        job_id text NOT NULL REFERENCES runs ON DELETE CASCADE,
        url text NOT NULL,
        type text NOT NULL,
        payload jsonb NOT NULL,
        state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'dead', 'disabled')),
        attempts integer NOT NULL DEFAULT 0, -- ever; counts up with every claim, so it is the fencing token as well
        failures integer NOT NULL DEFAULT 0, -- in a row: the place in the schedule
        next_attempt_at timestamptz NOT NULL DEFAULT now(),
        lease_until timestamptz, -- until then an attempt is under way
        created_at timestamptz NOT NULL DEFAULT now(),
        delivered_at timestamptz
      );
      CREATE INDEX webhooks_due ON webhooks (next_attempt_at) WHERE state = 'pending';
      CREATE INDEX webhooks_of_wiki ON webhooks (wiki_id, seq DESC);
      CREATE INDEX webhooks_of_job ON webhooks (job_id, seq DESC);

      -- A row with neither status nor error: an attempt under way, or one whose worker was lost.
      CREATE TABLE webhook_attempts (
        webhook_id text COLLATE "C" NOT NULL REFERENCES webhooks ON DELETE CASCADE,
        attempt integer NOT NULL,
        started_at timestamptz NOT NULL DEFAULT now(),
        duration_ms integer,
        status integer,
        error text,
        response_excerpt text,
        PRIMARY KEY (webhook_id, attempt)
      );

      -- Endpoints that answered 410 Gone.
      CREATE TABLE webhook_endpoints_gone (
        wiki_id integer NOT NULL REFERENCES wikis ON DELETE CASCADE,
        url text NOT NULL,
        since timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (wiki_id, url)
      );
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE webhook_endpoints_gone; DROP TABLE webhook_attempts; DROP TABLE webhooks;');
  }
}
