import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * The wiki app's own tables. They have no foreign keys to those of the tagging service, which may be somewhere else: a
 * wiki_id or job_id is what the service said.
 */
export class WikiApp1764600000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE wiki_app_users (
        sub text COLLATE "C" PRIMARY KEY,
        role text CHECK (role IN ('admin', 'member')), -- as their last token said; NULL: made an owner, not seen yet
        seen_at timestamptz
      );

      CREATE TABLE wiki_app_owners (
        wiki_id integer PRIMARY KEY,
        sub text COLLATE "C" NOT NULL REFERENCES wiki_app_users,
        set_by text NOT NULL,
        set_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX wiki_app_wikis_of_owner ON wiki_app_owners (sub, wiki_id);

      CREATE TABLE wiki_app_jobs (
        request_id uuid PRIMARY KEY, -- also the Idempotency-Key of the call to the service
        job_id text COLLATE "C" UNIQUE, -- NULL until the service has named it
        wiki_id integer NOT NULL,
        started_by text COLLATE "C" NOT NULL REFERENCES wiki_app_users,
        options jsonb NOT NULL,
        callback_url text NOT NULL, -- part of the call: repeated word for word
        status text NOT NULL DEFAULT 'calling'
          CHECK (status IN ('calling', 'queued', 'processing', 'completed', 'failed', 'cancelled')),
        job jsonb, -- the job as the service told it last
        error jsonb, -- {code, detail}: why there is no run
        trouble text, -- why the service could not be asked the last time
        failed_looks integer NOT NULL DEFAULT 0, -- in a row
        fence integer NOT NULL DEFAULT 0, -- who was told to look later wins
        next_look_at timestamptz, -- NULL: nothing more to find out
        created_at timestamptz NOT NULL DEFAULT now(),
        checked_at timestamptz
      );
      CREATE INDEX wiki_app_jobs_to_look_at ON wiki_app_jobs (next_look_at) WHERE next_look_at IS NOT NULL;
      CREATE INDEX wiki_app_jobs_of_wiki ON wiki_app_jobs (wiki_id, created_at DESC);

      CREATE TABLE wiki_app_notifications (
        notification_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        sub text COLLATE "C" NOT NULL REFERENCES wiki_app_users,
        request_id uuid NOT NULL REFERENCES wiki_app_jobs,
        kind text NOT NULL CHECK (kind IN ('started', 'completed', 'failed', 'cancelled')),
        event_at timestamptz NOT NULL, -- when it happened: a run that is resumed ends more than once
        message text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        read_at timestamptz,
        UNIQUE (request_id, kind, event_at) -- told once, by whichever way the news came first
      );
      CREATE INDEX wiki_app_notifications_of_user ON wiki_app_notifications (sub, notification_id);
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE wiki_app_notifications, wiki_app_jobs, wiki_app_owners, wiki_app_users');
  }
}
