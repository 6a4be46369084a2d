import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startWikiApp, type WikiApp } from './wiki-app.js';

const JOB = 'cluster_wiki_1_test';
const page = (id: string, more: object = {}) => ({ page_id: id, title: `Page ${id}`, text: '', ...more });

/** Clusters 0 and 1 below 2; a and b in 0, c in 1, d an outlier put to 1, e unpublished, f came after the run. */
describe('results', () => {
  let app: WikiApp;
  let wiki: number;
  beforeAll(async () => {
    app = await startWikiApp();
    wiki = await app.wikiWith(
      page('a', { tags: ['z human', 'coffee'] }),
      page('b'),
      page('c'),
      page('d'),
      page('e', { published: false, tags: ['hidden'] }),
      page('f'),
    );
    const sql = (text: string, ...values: unknown[]) => app.db.query(text, values);
    await sql(
      `INSERT INTO runs (job_id, wiki_id, status, stage, options) VALUES ('${JOB}', $1, 'completed', 'finish', '{}')`,
      wiki,
    );
    await sql(`UPDATE wikis SET current_job_id = '${JOB}' WHERE wiki_id = $1`, wiki);
    await sql(
      `INSERT INTO clusters (job_id, cluster_id, layer, parent_id, size, persistence, label, tags, representatives) VALUES
        ('${JOB}', 0, 0, 2, 3, 1.5, 'Coffee', '[{"tag": "coffee", "confidence": 0.9}]', '{b,e,a}'),
        ('${JOB}', 1, 0, 2, 1, 0.5, NULL, NULL, '{c}'), ('${JOB}', 2, 1, NULL, 4, 2, 'Drinks', '[]', '{a,c}')`,
    );
    await sql(
      `INSERT INTO page_clusters (job_id, wiki_id, page_id, cluster_id, assigned_cluster_id, probability, outlier_score, x, y)
       SELECT '${JOB}', $1, x.* FROM (VALUES ('a', 0, NULL::int, 0.7, 0.1, 0.25, -0.5), ('b', 0, NULL, 1, 0, 0.1, 1),
         ('c', 1, NULL, 0.9, 0.2, NULL, NULL), ('d', NULL, 1, 0, 0.8, -1, -1), ('e', 0, NULL, 1, 0, 0, 0)) AS x`,
      wiki,
    );
    await sql(
      `INSERT INTO run_tags (version, wiki_id, page_id, tag, tag_key, confidence, source, status, job_id, cluster_id)
       SELECT '${JOB}', $1, x.page_id, x.tag, x.tag, x.confidence, x.source, x.status, '${JOB}', x.cluster_id
         FROM (VALUES ('a', 'coffee', 0.63, 'cluster', 'suggested', 0), ('b', 'coffee', 0.9, 'cluster', 'applied', 0),
           ('b', 'beans', 0.95, 'cluster', 'applied', 0), ('b', 'no', 0.9, 'cluster', 'applied', 0),
           ('d', 'tea', 0.3, 'nearest', 'suggested', 1), ('e', 'coffee', 0.9, 'cluster', 'applied', 0))
           AS x (page_id, tag, confidence, source, status, cluster_id)`,
      wiki,
    );
    await sql(
      `INSERT INTO decisions (decision_id, wiki_id, decision, tag, tag_key, page_id, changed, decided_by)
       VALUES ('dec_no', $1, 'reject', 'no', 'no', 'b', 1, 'anna')`,
      wiki,
    );
    await sql(
      `INSERT INTO page_verdicts (decision_id, seq, wiki_id, page_id, tag, tag_key, verdict, confidence, source)
       SELECT decision_id, seq, wiki_id, page_id, tag, tag_key, 'rejected', 0.9, 'cluster' FROM decisions WHERE wiki_id = $1`,
      wiki,
    );
  });
  afterAll(() => app?.close());

  const get = async (path: string) => (await app.call('GET', `/wikis/${wiki}${path}`)).body;
  const exported = (id: number) => linesOf(`/wikis/${id}/export`);
  const linesOf = async (path: string) => {
    const answer = await app.call('GET', path);
    expect([answer.status, answer.type]).toEqual([200, 'application/x-ndjson; charset=utf-8']);
    return answer.text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  };

  it('are empty before the first run', async () => {
    const fresh = await app.wikiWith(page('a'));
    expect((await app.call('GET', `/wikis/${fresh}/clusters`)).body).toEqual({ clusters: [], next_cursor: null });
    expect((await app.call('GET', `/wikis/${fresh}/tags`)).body).toEqual({ tags: [], next_cursor: null });
    expect((await app.call('GET', `/wikis/${fresh}/clusters/0/pages`)).body).toMatchObject({
      status: 404,
      code: 'cluster_not_found',
    });
    expect(await exported(fresh)).toEqual([
      {
        page_id: 'a',
        title: 'Page a',
        cluster_id: null,
        assigned_cluster_id: null,
        cluster_path: [],
        probability: null,
        outlier_score: null,
        tags: [],
      },
    ]);
    expect(await exported(await app.wikiWith())).toEqual([]);
  });

  it('show the current clusters of all layers; unpublished pages do not count', async () => {
    const { clusters } = await get('/clusters');
    expect(clusters).toEqual([
      {
        cluster_id: 0,
        label: 'Coffee',
        size: 2,
        tags: [{ tag: 'coffee', confidence: 0.9 }],
        persistence: 1.5,
        layer: 0,
        parent_id: 2,
        job_id: JOB,
        representatives: [
          { page_id: 'b', title: 'Page b' },
          { page_id: 'a', title: 'Page a' },
        ],
      },
      expect.objectContaining({ cluster_id: 1, label: null, size: 1, tags: [], parent_id: 2 }),
      expect.objectContaining({ cluster_id: 2, size: 3, layer: 1, parent_id: null }),
    ]);
    const first = await get('/clusters?limit=2');
    expect((await get(`/clusters?limit=2&cursor=${first.next_cursor}`)).clusters).toEqual(clusters.slice(2));
  });

  it('show the pages of a cluster of any layer', async () => {
    const ids = async (path: string) => (await get(path)).pages.map((p: { page_id: string }) => p.page_id);
    expect(await ids('/clusters/0/pages')).toEqual(['a', 'b']);
    expect(await ids('/clusters/2/pages')).toEqual(['a', 'b', 'c']);
    const first = await get('/clusters/2/pages?limit=2');
    expect(await ids(`/clusters/2/pages?limit=2&cursor=${first.next_cursor}`)).toEqual(['c']);
    expect(first.pages[0]).toEqual({
      page_id: 'a',
      title: 'Page a',
      cluster_id: 0,
      probability: 0.7,
      outlier_score: 0.1,
    });
    expect(await get('/clusters/3/pages')).toMatchObject({ status: 404, code: 'cluster_not_found' });
    expect(await get('/clusters/x/pages')).toMatchObject({ status: 422, code: 'validation_failed' });
  });

  it('count the tags of people and of runs', async () => {
    const { tags } = await get('/tags');
    expect(tags).toEqual([
      { tag: 'coffee', pages: 2, suggested_pages: 1, human_pages: 1 },
      { tag: 'beans', pages: 1, suggested_pages: 0, human_pages: 0 },
      { tag: 'z human', pages: 1, suggested_pages: 0, human_pages: 1 },
      { tag: 'tea', pages: 0, suggested_pages: 1, human_pages: 0 },
    ]);
    const seen: unknown[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const answer: { tags: unknown[]; next_cursor: string | null } = await get(
        `/tags?limit=1${cursor && `&cursor=${cursor}`}`,
      );
      seen.push(...answer.tags);
      cursor = answer.next_cursor;
    }
    expect(seen).toEqual(tags);
  });

  it('are exported, one published page a line', async () => {
    const lines = await exported(wiki);
    const human = (tag: string) => ({
      tag,
      confidence: 1,
      source: 'human',
      status: 'applied',
      cluster_id: null,
      job_id: null,
    });
    const made = (tag: string, confidence: number, status: string, more: object = {}) => ({
      tag,
      confidence,
      source: 'cluster',
      status,
      cluster_id: 0,
      job_id: JOB,
      ...more,
    });
    expect(lines.map((line) => line.page_id)).toEqual(['a', 'b', 'c', 'd', 'f']);
    expect(lines[0]).toEqual({
      page_id: 'a',
      title: 'Page a',
      cluster_id: 0,
      assigned_cluster_id: null,
      cluster_path: [2, 0],
      probability: 0.7,
      outlier_score: 0.1,
      tags: [human('z human'), human('coffee'), made('coffee', 0.63, 'suggested')],
    });
    expect(lines[1].tags).toEqual([
      made('beans', 0.95, 'applied'),
      made('coffee', 0.9, 'applied'),
      made('no', 0.9, 'rejected'),
    ]);
    expect(lines[3]).toMatchObject({
      cluster_id: null,
      assigned_cluster_id: 1,
      cluster_path: [],
      outlier_score: 0.8,
      tags: [{ tag: 'tea', source: 'nearest', status: 'suggested', cluster_id: 1 }],
    });
  });

  it('are drawn, one line for each published page that the run placed', async () => {
    expect(await linesOf(`/wikis/${wiki}/map`)).toEqual([
      { page_id: 'a', x: 0.25, y: -0.5, cluster_id: 0 },
      { page_id: 'b', x: 0.1, y: 1, cluster_id: 0 },
      { page_id: 'd', x: -1, y: -1, cluster_id: null },
    ]);
    expect(await linesOf(`/wikis/${await app.wikiWith(page('a'))}/map`)).toEqual([]);
    expect((await app.call('GET', '/wikis/424242/map')).body).toMatchObject({ status: 404, code: 'wiki_not_found' });
  });

  it('of many pages are exported over several batches, each page once', async () => {
    const pages = Array.from({ length: 1203 }, (_, i) => page(`p${i}`));
    const lines = await exported(await app.wikiWith(...pages));
    expect(lines.map((line) => line.page_id)).toEqual(pages.map((p) => p.page_id).sort());
  });

  it('forget a page that is deleted', async () => {
    expect((await app.call('DELETE', `/wikis/${wiki}/pages/b`)).status).toBe(204);
    const { clusters } = await get('/clusters');
    expect(clusters[0]).toMatchObject({ size: 1, representatives: [{ page_id: 'a' }] });
    expect((await exported(wiki)).map((line) => line.page_id)).toEqual(['a', 'c', 'd', 'f']);
  });
});
