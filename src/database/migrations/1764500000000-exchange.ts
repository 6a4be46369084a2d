import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** The wikis that are connected, and what is carried between them and us. */
export class Exchange1764500000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE connections (
        wiki_id integer PRIMARY KEY REFERENCES wikis ON DELETE CASCADE,
        kind text NOT NULL,
        settings jsonb NOT NULL, -- without secrets
        secrets bytea, -- encrypted; NULL: it has none
        place text NOT NULL, -- which wiki it is; other credentials do not change it
        checked jsonb NOT NULL, -- what the last look at the wiki told
        checked_at timestamptz NOT NULL DEFAULT now(),
        created_at timestamptz NOT NULL DEFAULT now()
      );

      -- The wiki's revision of each page as it was last read, or as we made it.
      CREATE TABLE page_revisions (
        wiki_id integer NOT NULL REFERENCES connections ON DELETE CASCADE,
        page_id text COLLATE "C" NOT NULL,
        revision text NOT NULL,
        PRIMARY KEY (wiki_id, page_id),
        FOREIGN KEY (wiki_id, page_id) REFERENCES pages ON DELETE CASCADE
      );

      CREATE TABLE exchanges (
        exchange_id text COLLATE "C" PRIMARY KEY,
        seq integer GENERATED ALWAYS AS IDENTITY UNIQUE,
        wiki_id integer NOT NULL REFERENCES wikis ON DELETE CASCADE,
        place text NOT NULL,
        kind text NOT NULL CHECK (kind IN ('import', 'export')),
        phase text NOT NULL CHECK (phase IN ('import', 'plan', 'write', 'undo')),
        status text NOT NULL CHECK (status IN
          ('queued', 'running', 'previewed', 'writing', 'completed', 'failed', 'cancelled', 'undoing', 'undone')),
        gone integer NOT NULL DEFAULT 0, -- so many pages an import found gone when it stopped to ask
        gone_meant integer NOT NULL DEFAULT 0, -- so many may go: people resumed it after that
        pages_total integer NOT NULL DEFAULT 0, -- these four: of an import
        created integer NOT NULL DEFAULT 0,
        updated integer NOT NULL DEFAULT 0,
        deleted integer NOT NULL DEFAULT 0,
        error text,
        waiting text, -- for what, while it waits
        cancel_requested boolean NOT NULL DEFAULT false,
        fence integer NOT NULL DEFAULT 0, -- counts the claims
        lease_until timestamptz, -- until then it belongs to who claimed it
        next_look_at timestamptz NOT NULL DEFAULT now(),
        created_at timestamptz NOT NULL DEFAULT now(),
        completed_at timestamptz
      );
      CREATE UNIQUE INDEX one_active_exchange_a_wiki ON exchanges (wiki_id)
        WHERE status IN ('queued', 'running', 'writing', 'undoing');
      CREATE INDEX exchanges_of_wiki ON exchanges (wiki_id, seq DESC);

      -- An export's pages, and those that an import could not read. edit: what is or was written, kept before it is written.
      CREATE TABLE page_writes (
        exchange_id text COLLATE "C" NOT NULL REFERENCES exchanges ON DELETE CASCADE,
        page_id text COLLATE "C" NOT NULL,
        number integer NOT NULL,
        title text NOT NULL,
        add_tags text[] NOT NULL DEFAULT '{}',
        remove_tags text[] NOT NULL DEFAULT '{}',
        state text NOT NULL CHECK (state IN ('new', 'planned', 'prepared', 'written', 'unchanged', 'skipped', 'conflict',
                                             'undo_prepared', 'restored', 'kept')),
        reason text,
        edit jsonb,
        revision text, -- that the edit made
        undo_edit jsonb,
        PRIMARY KEY (exchange_id, page_id)
      );
      CREATE INDEX page_writes_open ON page_writes (exchange_id) WHERE state IN ('prepared', 'undo_prepared');

      -- Tags that stand on a page because we wrote them there, as the page spells them. Not of the page's row: a page that is
      -- read anew has them still.
      CREATE TABLE written_tags (
        wiki_id integer NOT NULL REFERENCES wikis ON DELETE CASCADE,
        place text NOT NULL,
        page_id text COLLATE "C" NOT NULL,
        tag text NOT NULL,
        PRIMARY KEY (wiki_id, place, page_id, tag)
      );
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE written_tags, page_writes, exchanges, page_revisions, connections');
  }
}
