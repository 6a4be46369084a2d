import { type MigrationInterface, type QueryRunner } from 'typeorm';
import { tagKey } from '../../common/fold.js';

/**
 * What runs found and what people decided, apart from each other: neither writes the other's rows. Each run has a result of
 * its own (`version`), and the wiki shows one of them, so that undoing a run or applying a dry run is one pointer. What
 * people decided lies over whichever it is: the view `page_tags` is what the wiki shows.
 */
export class Review1764400000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE runs
        ADD COLUMN dry_run boolean GENERATED ALWAYS AS (coalesce((options ->> 'dry_run')::boolean, false)) STORED,
        ADD COLUMN before_job_id text REFERENCES runs, -- the run that was current before this one's clusters; NULL: none was
        ADD COLUMN before_kept boolean NOT NULL DEFAULT false, -- this run's result and the one before it are both there
        ADD COLUMN applied_at timestamptz,
        ADD COLUMN undone_at timestamptz;
      CREATE INDEX runs_after ON runs (before_job_id);

      ALTER TABLE page_tags RENAME TO old_page_tags;
      DROP INDEX page_tags_of_tag, page_tags_of_cluster;

      -- The tags of a run's result. version: the run whose result it is; job_id: the run that made the tag, which is an
      -- earlier one where this run kept it.
      CREATE TABLE run_tags (
        version text NOT NULL REFERENCES runs ON DELETE CASCADE,
        wiki_id integer NOT NULL,
        page_id text COLLATE "C" NOT NULL,
        tag text NOT NULL,
        tag_key text COLLATE "C" NOT NULL, -- the same for all spellings of the tag
        confidence real NOT NULL CHECK (confidence BETWEEN 0 AND 1),
        source text NOT NULL CHECK (source IN ('cluster', 'nearest', 'individual')),
        status text NOT NULL CHECK (status IN ('applied', 'suggested')),
        job_id text NOT NULL REFERENCES runs ON DELETE CASCADE,
        cluster_id integer,
        PRIMARY KEY (version, page_id, tag_key),
        FOREIGN KEY (wiki_id, page_id) REFERENCES pages ON DELETE CASCADE,
        FOREIGN KEY (job_id, cluster_id) REFERENCES clusters ON DELETE CASCADE
      );
      CREATE INDEX run_tags_of_page ON run_tags (wiki_id, page_id);
      CREATE INDEX run_tags_of_tag ON run_tags (version, tag_key);
      CREATE INDEX run_tags_of_cluster ON run_tags (job_id, cluster_id);

      -- Who decided what. page_id: for one page; cluster_id: for its pages at that time; neither: for the whole wiki.
      CREATE TABLE decisions (
        decision_id text COLLATE "C" PRIMARY KEY,
        seq integer GENERATED ALWAYS AS IDENTITY UNIQUE,
        wiki_id integer NOT NULL REFERENCES wikis ON DELETE CASCADE,
        decision text NOT NULL CHECK (decision IN ('approve', 'reject', 'rename')),
        tag text NOT NULL,
        tag_key text COLLATE "C" NOT NULL,
        page_id text COLLATE "C",
        cluster_id integer,
        job_id text, -- the run that the cluster is of; it may be gone
        new_tag text CHECK ((decision = 'rename') = (new_tag IS NOT NULL)),
        new_key text COLLATE "C" CHECK ((new_tag IS NULL) = (new_key IS NULL)),
        changed integer NOT NULL,
        decided_by text NOT NULL,
        decided_at timestamptz NOT NULL DEFAULT now(),
        FOREIGN KEY (wiki_id, page_id) REFERENCES pages ON DELETE CASCADE
      );
      CREATE INDEX decisions_of_wiki ON decisions (wiki_id, seq DESC);
      CREATE INDEX decisions_of_page ON decisions (wiki_id, page_id);

      -- What decisions say of single pages: a row for each page that a decision was about. The latest counts.
      CREATE TABLE page_verdicts (
        decision_id text COLLATE "C" NOT NULL REFERENCES decisions ON DELETE CASCADE,
        seq integer NOT NULL, -- the decision's
        wiki_id integer NOT NULL,
        page_id text COLLATE "C" NOT NULL,
        tag text NOT NULL,
        tag_key text COLLATE "C" NOT NULL,
        verdict text NOT NULL CHECK (verdict IN ('applied', 'rejected')),
        confidence real NOT NULL,
        source text NOT NULL CHECK (source IN ('cluster', 'nearest', 'individual', 'human')),
        PRIMARY KEY (wiki_id, page_id, tag_key, seq),
        FOREIGN KEY (wiki_id, page_id) REFERENCES pages ON DELETE CASCADE
      );
      CREATE INDEX page_verdicts_of_decision ON page_verdicts (decision_id);

      -- What decisions for the whole wiki come to, chains of renames followed: this tag is that one (new_key), or is none.
      CREATE TABLE tag_rules (
        wiki_id integer NOT NULL,
        tag_key text COLLATE "C" NOT NULL,
        decision_id text COLLATE "C" NOT NULL REFERENCES decisions ON DELETE CASCADE,
        seq integer NOT NULL, -- the decision's
        new_tag text,
        new_key text COLLATE "C" CHECK ((new_tag IS NULL) = (new_key IS NULL)),
        PRIMARY KEY (wiki_id, tag_key)
      );
      CREATE INDEX tag_rules_of_decision ON tag_rules (decision_id);

      CREATE VIEW last_verdicts AS
        SELECT DISTINCT ON (wiki_id, page_id, tag_key) * FROM page_verdicts ORDER BY wiki_id, page_id, tag_key, seq DESC;

      -- The same for the result of every run; version '' is the empty one, of a wiki before its first run.
      CREATE VIEW version_tags AS ${this.shownTags(`SELECT wiki_id, job_id AS version FROM runs UNION ALL SELECT wiki_id, '' FROM wikis`)};

      -- The tags that the wiki shows: those of its current run, as people decided on them.
      CREATE VIEW page_tags AS ${this.shownTags('SELECT wiki_id, current_job_id AS version FROM wikis')};
    `);
    await this.takeOver(db);
    await db.query('DROP TABLE old_page_tags');
  }

  /**
   * The tags of some versions, with what people decided. The last word on a page's tag counts, be it about the page or about
   * the whole wiki; but a rename for the whole wiki neither lifts a rejection on a page nor brings a tag that was rejected
   * there. A tag that people approved stays where a run no longer gives it.
   * @param versions SELECT wiki_id, version
   */
  private shownTags(versions: string): string {
    return `
      SELECT DISTINCT ON (b.wiki_id, b.version, b.page_id, e.tag_key) b.wiki_id, b.version, b.page_id, e.*
        FROM (
          SELECT x.wiki_id, x.version, t.page_id, t.tag_key, t.tag, t.confidence, t.source, t.status, t.job_id, t.cluster_id,
                 w.verdict, w.seq, w.decision_id, w.source = 'human' AS renamed, w.tag AS said
            FROM (${versions}) x JOIN run_tags t ON t.wiki_id = x.wiki_id AND t.version = x.version
            LEFT JOIN last_verdicts w ON w.wiki_id = t.wiki_id AND w.page_id = t.page_id AND w.tag_key = t.tag_key
          UNION ALL
          SELECT x.wiki_id, x.version, w.page_id, w.tag_key, w.tag, w.confidence, w.source, 'applied', NULL, NULL,
                 w.verdict, w.seq, w.decision_id, w.source = 'human', w.tag
            FROM (${versions}) x JOIN last_verdicts w ON w.wiki_id = x.wiki_id
           WHERE w.verdict = 'applied' AND NOT EXISTS (
                   SELECT 1 FROM run_tags t WHERE t.version = x.version AND t.page_id = w.page_id AND t.tag_key = w.tag_key)
        ) b
        LEFT JOIN tag_rules u ON u.wiki_id = b.wiki_id AND u.tag_key = b.tag_key
         AND b.verdict IS DISTINCT FROM 'rejected' AND (b.seq IS NULL OR u.seq > b.seq)
       CROSS JOIN LATERAL (
          SELECT b.tag_key, b.tag, b.confidence, b.source, 'rejected' AS status, b.job_id, b.cluster_id,
                 coalesce(u.decision_id, b.decision_id) AS decision_id, 3 AS place
           WHERE u.seq IS NOT NULL OR b.verdict = 'rejected'
          UNION ALL
          SELECT b.tag_key, b.tag, b.confidence, b.source, coalesce(b.verdict, b.status), b.job_id, b.cluster_id, b.decision_id, 2
           WHERE u.seq IS NULL AND (b.verdict IS NULL OR b.verdict = 'applied' AND NOT b.renamed)
          UNION ALL
          SELECT b.tag_key, b.said, 1, 'human', 'applied', NULL, NULL, b.decision_id, 1
           WHERE u.seq IS NULL AND b.verdict = 'applied' AND b.renamed
          UNION ALL
          SELECT u.new_key, u.new_tag, 1, 'human', 'applied', NULL, NULL, u.decision_id, 0
           WHERE u.new_key IS NOT NULL AND NOT EXISTS (
                   SELECT 1 FROM last_verdicts w WHERE w.wiki_id = b.wiki_id AND w.page_id = b.page_id
                      AND w.tag_key = u.new_key AND w.verdict = 'rejected')
        ) e
       ORDER BY b.wiki_id, b.version, b.page_id, e.tag_key, e.place, e.tag`;
  }

  /** The tags that are there become the result of the current run. Nothing could reject a tag until now. */
  private async takeOver(db: QueryRunner): Promise<void> {
    const tags: { tag: string }[] = await db.query('SELECT DISTINCT tag FROM old_page_tags');
    await db.query(
      `INSERT INTO run_tags (version, wiki_id, page_id, tag, tag_key, confidence, source, status, job_id, cluster_id)
       SELECT w.current_job_id, t.wiki_id, t.page_id, t.tag, k.tag_key, t.confidence, t.source, t.status, t.job_id, t.cluster_id
         FROM old_page_tags t JOIN wikis w USING (wiki_id)
         JOIN unnest($1::text[], $2::text[]) AS k (tag, tag_key) ON k.tag = t.tag
        WHERE w.current_job_id IS NOT NULL AND t.status <> 'rejected'
        ORDER BY t.confidence DESC ON CONFLICT DO NOTHING`,
      [tags.map(({ tag }) => tag), tags.map(({ tag }) => tagKey(tag))],
    );
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE old_page_tags (
        wiki_id integer NOT NULL,
        page_id text COLLATE "C" NOT NULL,
        tag text NOT NULL,
        confidence real NOT NULL CHECK (confidence BETWEEN 0 AND 1),
        source text NOT NULL CHECK (source IN ('cluster', 'nearest', 'individual')),
        status text NOT NULL CHECK (status IN ('applied', 'suggested', 'rejected')),
        job_id text NOT NULL REFERENCES runs ON DELETE CASCADE,
        cluster_id integer,
        PRIMARY KEY (wiki_id, page_id, tag),
        FOREIGN KEY (wiki_id, page_id) REFERENCES pages ON DELETE CASCADE,
        FOREIGN KEY (job_id, cluster_id) REFERENCES clusters ON DELETE CASCADE
      );
      INSERT INTO old_page_tags
        SELECT t.wiki_id, t.page_id, t.tag, t.confidence, t.source, t.status, t.job_id, t.cluster_id
          FROM run_tags t JOIN wikis w ON w.current_job_id = t.version;
      DROP VIEW page_tags, version_tags, last_verdicts;
      DROP TABLE tag_rules, page_verdicts, decisions, run_tags;
      ALTER TABLE old_page_tags RENAME TO page_tags;
      CREATE INDEX page_tags_of_tag ON page_tags (wiki_id, tag);
      CREATE INDEX page_tags_of_cluster ON page_tags (job_id, cluster_id);
      ALTER TABLE runs DROP COLUMN dry_run, DROP COLUMN before_job_id, DROP COLUMN before_kept, DROP COLUMN applied_at, DROP COLUMN undone_at;
    `);
  }
}
