import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DataSource } from 'typeorm';
import { Problem } from '../../../src/common/problem.js';
import { readConfig } from '../../../src/config/config.js';
import { dataSourceOptions } from '../../../src/database/options.js';
import { ClustersRepository } from '../../../src/pipeline/clusters.repository.js';
import { PageTagsRepository } from '../../../src/pipeline/page-tags.repository.js';
import { RunRepository } from '../../../src/pipeline/run.repository.js';
import { FinishStage } from '../../../src/pipeline/stages/finish.js';
import { VersionsRepository } from '../../../src/pipeline/versions.repository.js';
import { DecisionsRepository } from '../../../src/review/decisions/decisions.repository.js';
import type { NewDecision } from '../../../src/review/decisions/decisions.schemas.js';
import { RunResultsRepository } from '../../../src/review/runs/run-results.repository.js';
import { orphans } from '../../support/orphans.js';
import { type TestDatabase, testDatabase } from '../../support/postgres.js';
import { ModelWiki, type Result, type Shown } from './model.js';

const PAGES = ['a', 'b', 'c'];
/** a and b are in cluster 0, c is in cluster 1. */
const CLUSTERS = [['a', 'b'], ['c']];
const ACTOR = { keyId: 'k', name: 'k', requestId: null, address: null };

const tag = fc.constantFrom('Docker', 'dockers', 'tea', 'Bread');
const made = fc.record({
  tag,
  status: fc.constantFrom('applied', 'suggested'),
  source: fc.constantFrom('cluster', 'individual'),
});
const given = fc
  .dictionary(
    fc.constantFrom(...PAGES),
    fc.uniqueArray(made, { selector: (t) => t.tag.toLowerCase().slice(0, 4), maxLength: 3 }),
  )
  .map((pages) => new Map(Object.entries(pages)));
const decision = fc
  .record({
    decision: fc.constantFrom('approve' as const, 'reject' as const, 'rename' as const),
    tag,
    new_tag: fc.constantFrom('Docker', 'DOCKER', 'tea', 'Green Tea'),
    scope: fc.constantFrom<Partial<NewDecision>>({}, {}, { page_id: 'a' }, { page_id: 'c' }, { cluster_id: 0 }),
  })
  .map(
    ({ scope, new_tag, ...rest }): NewDecision => ({
      ...rest,
      ...scope,
      ...(rest.decision === 'rename' ? { new_tag } : {}),
    }),
  );

/** `twice`: its worker died after the clustering, and another did that again. */
type End = 'completed' | 'failed' | 'twice';
type Step =
  | { readonly do: 'run'; readonly given: Result; readonly dry: boolean; readonly end: End }
  | { readonly do: 'decide'; readonly what: NewDecision }
  | { readonly do: 'take back' | 'undo' | 'apply'; readonly which: number };
const which = fc.nat(5);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('run' as const),
      given,
      dry: fc.boolean(),
      end: fc.constantFrom<End>('completed', 'completed', 'twice', 'failed'),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('decide' as const), what: decision }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('take back' as const, 'undo' as const, 'apply' as const), which }),
  },
);

describe('any sequence of runs, decisions and undos', () => {
  let database: TestDatabase;
  let db: DataSource;
  let versions: VersionsRepository;
  let runs: RunRepository;
  let decisions: DecisionsRepository;
  let results: RunResultsRepository;
  let wikis = 0;
  let made = 0;

  beforeAll(async () => {
    database = await testDatabase();
    db = await new DataSource(dataSourceOptions(database.url)).initialize();
    versions = new VersionsRepository();
    runs = new RunRepository(db, readConfig({}));
    decisions = new DecisionsRepository(db);
    results = new RunResultsRepository(db, runs, versions);
  });
  afterAll(async () => {
    await db?.destroy();
    await database?.close();
  });

  /** A run as the pipeline writes it, without its clustering and tagging. */
  async function run(wiki: number, { given, dry, end }: Extract<Step, { do: 'run' }>): Promise<string> {
    const id = `run_${++made}`;
    await db.query(
      `INSERT INTO runs (job_id, wiki_id, status, stage, options, pages_fetched) VALUES ($1, $2, 'queued', 'tag', $3, 3)`,
      [id, wiki, JSON.stringify({ dry_run: dry })],
    );
    const claimed = (await runs.claim(id, 'pipeline'))!;
    const clusters = CLUSTERS.map((_, i) => ({ id: i, layer: 0, parentId: null, persistence: 1, representatives: [] }));
    const places = PAGES.map((pageId) => ({
      pageId,
      clusterId: CLUSTERS.findIndex((pages) => pages.includes(pageId)),
      nearestClusterId: null,
      nearestConfidence: 0,
      assignedClusterId: null,
      probability: 1,
      outlierScore: 0,
      fresh: true,
      position: [0, 0] as const,
    }));
    const tags = [...given].flatMap(([pageId, list]) =>
      list.map((t) => ({
        pageId,
        tag: t.tag,
        confidence: 0.5,
        source: t.source as 'cluster',
        status: t.status as 'applied',
        clusterId: null,
      })),
    );
    const cluster = () =>
      runs.fenced(claimed, (em) =>
        new ClustersRepository(db, versions).replace(em, claimed, { clusters, places, compute: {} }),
      );
    await cluster();
    if (end === 'twice') await cluster();
    await runs.fenced(claimed, (em) => new PageTagsRepository().replace(em, claimed, [...given.keys()], tags));
    const signal = new AbortController().signal;
    if (end !== 'failed') await new FinishStage(runs, versions).run({ run: claimed, signal });
    else await runs.end(claimed, end);
    return id;
  }

  const refused = (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      (error: unknown) => {
        if (error instanceof Problem) return error.code;
        throw error;
      },
    );

  async function compare(wiki: number, model: ModelWiki): Promise<void> {
    const tagsOf = async (where: string, ...values: unknown[]) => {
      const found: (Shown & { page_id: string })[] = await db.query(
        `SELECT page_id, tag, status, source FROM ${where} ORDER BY page_id, tag_key`,
        [wiki, ...values],
      );
      return found.map((t) => [t.page_id, t.tag, t.status, t.source].join(' '));
    };
    const wanted = (version: string | null) =>
      PAGES.flatMap((page) =>
        [...model.shown(page, version)]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([, t]) => [page, t.tag, t.status, t.source].join(' ')),
      );
    expect(await tagsOf('page_tags WHERE wiki_id = $1')).toEqual(wanted(model.current));
    for (const version of [null, ...model.results.keys()])
      expect(await tagsOf('version_tags WHERE wiki_id = $1 AND version = $2', version ?? '')).toEqual(wanted(version));
    const [{ kept }] = await db.query(
      `SELECT coalesce(array_agg(job_id ORDER BY job_id), '{}') AS kept FROM runs WHERE wiki_id = $1 AND before_kept`,
      [wiki],
    );
    expect(kept).toEqual([...model.before.keys()].sort());
    const pages = await db.query(`SELECT human_tags FROM pages WHERE wiki_id = $1`, [wiki]);
    expect(pages).toEqual(PAGES.map(() => ({ human_tags: ['Docker'] })));
  }

  async function play(steps: readonly Step[]): Promise<void> {
    const wiki = ++wikis;
    await db.query(`INSERT INTO wikis (wiki_id, name) VALUES ($1, 'w')`, [wiki]);
    await db.query(
      `INSERT INTO pages (wiki_id, page_id, title, text, human_tags, content_hash) SELECT $1, p, p, '', '{Docker}', '' FROM unnest($2::text[]) p`,
      [wiki, PAGES],
    );
    const model = new ModelWiki(PAGES);
    const ids: string[] = [];
    for (const step of steps) {
      if (step.do === 'run') {
        const id = await run(wiki, step);
        ids.push(id);
        model.run(id, step.given, step.dry, step.end !== 'failed');
      } else if (step.do === 'decide') {
        const members = step.what.cluster_id === undefined ? null : CLUSTERS[step.what.cluster_id]!;
        const carriers = model.carriers(step.what).filter((page) => members?.includes(page) ?? true);
        let id = '';
        const code = await refused(decisions.decide(wiki, step.what, 'anna', ACTOR).then((d) => (id = d.decision_id)));
        if (members !== null && model.current === null) expect(code).toBe('cluster_not_found');
        else expect(code).toBe(carriers.length === 0 ? 'tag_not_found' : undefined);
        if (code === undefined) {
          const [{ seq }] = await db.query('SELECT seq FROM decisions WHERE decision_id = $1', [id]);
          model.decide(id, seq, step.what, members);
        }
      } else if (step.do === 'take back') {
        const id = model.decisions.at(step.which)?.id;
        if (id === undefined) continue;
        await decisions.takeBack(wiki, id, ACTOR);
        model.takeBack(id);
      } else {
        const id = ids.at(-1 - step.which);
        if (id === undefined) continue;
        const can = step.do === 'undo' ? model.canUndo(id) : model.canApply(id);
        const code = await refused(results[step.do](id, ACTOR));
        expect(code).toBe(can ? undefined : step.do === 'undo' ? 'run_not_undoable' : 'run_not_applicable');
        if (can) model[step.do](id);
      }
      await compare(wiki, model);
    }
    expect(await orphans(database.url)).toEqual([]);
  }

  it('shows what is promised after every step, in every result that is kept', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 16 }), play), { numRuns: 60 });
  }, 300_000);

  const tea = { tag: 'tea', status: 'suggested', source: 'cluster' };
  const bread = { tag: 'Bread', status: 'applied', source: 'cluster' };
  const all = (...tags: Shown[]): Result => new Map(PAGES.map((page) => [page, tags]));
  const real: Step = { do: 'run', given: all(tea, bread), dry: false, end: 'completed' };
  const decide = (what: NewDecision): Step => ({ do: 'decide', what });

  it.each<[string, Step[]]>([
    [
      'undoes a run whose clustering was done twice',
      [real, { ...real, given: all(tea), end: 'twice' }, { do: 'undo', which: 0 }],
    ],
    [
      'does not apply a dry run once another run, failed as it is, is shown',
      [real, { ...real, given: all(tea), dry: true }, { ...real, end: 'failed' }, { do: 'apply', which: 1 }],
    ],
    [
      'renames for a cluster, but not to what was rejected on a page of it',
      [
        real,
        decide({ decision: 'reject', tag: 'Bread', page_id: 'a' }),
        decide({ decision: 'rename', tag: 'tea', new_tag: 'bread', cluster_id: 0 }),
        decide({ decision: 'rename', tag: 'tea', new_tag: 'breads' }),
        decide({ decision: 'rename', tag: 'tea', new_tag: 'Bread', page_id: 'a' }),
      ],
    ],
    [
      'undoes a failed run',
      [
        real,
        { ...real, given: all(bread), end: 'failed' },
        { do: 'undo', which: 0 },
        { do: 'undo', which: 0 },
        { do: 'undo', which: 1 },
      ],
    ],
  ])('%s', (_, steps) => play(steps));
});
