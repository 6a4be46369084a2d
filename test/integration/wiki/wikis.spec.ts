import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startWikiApp, type WikiApp } from './wiki-app.js';

describe('wikis', () => {
  let app: WikiApp;
  beforeAll(async () => {
    app = await startWikiApp();
  });
  afterAll(() => app?.close());

  const startRun = (wiki: number, job: string, status = 'processing') =>
    app.db.query(`INSERT INTO runs (job_id, wiki_id, status, stage, options) VALUES ($1, $2, $3, 'fetch', '{}')`, [
      job,
      wiki,
      status,
    ]);

  it('are made, with an id of the caller’s or one of ours', async () => {
    expect(await app.call('POST', '/wikis', { name: 'Ours' })).toMatchObject({
      status: 201,
      body: { wiki_id: 1, name: 'Ours' },
    });
    for (const wiki_id of [2, 3, 5, 2_147_483_647])
      expect(await app.call('POST', '/wikis', { name: 'Theirs', wiki_id })).toMatchObject({
        status: 201,
        body: { wiki_id },
      });
    const made = await Promise.all([1, 2, 3].map(() => app.call('POST', '/wikis', { name: 'Ours' })));
    expect(made.map((answer) => answer.body.wiki_id).sort()).toEqual([4, 6, 7]);
    expect(await app.call('POST', '/wikis', { name: 'Again', wiki_id: 5 })).toMatchObject({
      status: 409,
      body: { code: 'wiki_exists', wiki_id: 5 },
    });
  });

  it.each([
    [{}, 'name'],
    [{ name: '' }, 'name'],
    [{ name: '   ' }, 'name'],
    [{ name: 'a\0' }, 'name'],
    [{ name: '\ud800' }, 'name'],
    [{ name: 'x'.repeat(201) }, 'name'],
    [{ name: 5 }, 'name'],
    [{ name: 'x', wiki_id: 0 }, 'wiki_id'],
    [{ name: 'x', wiki_id: 2 ** 31 }, 'wiki_id'],
    [{ name: 'x', wiki_id: 1.5 }, 'wiki_id'],
    [{ name: 'x', wiki_id: '7' }, 'wiki_id'],
    [{ name: 'x', colour: 'red' }, 'colour'],
    [[], 'JSON object'],
    [null, 'JSON object'],
    ['"x"', 'JSON object'],
  ])('are not made from %j', async (body, hint) => {
    const before = await app.db.query('SELECT count(*) FROM wikis');
    const answer = await app.call('POST', '/wikis', body);
    expect(answer).toMatchObject({
      status: 422,
      type: 'application/problem+json; charset=utf-8',
      body: { code: 'validation_failed' },
    });
    expect(answer.body.detail).toContain(hint);
    expect(await app.db.query('SELECT count(*) FROM wikis')).toEqual(before);
  });

  it('are not made from what is no JSON', async () => {
    expect(await app.call('POST', '/wikis', '{"name":')).toMatchObject({
      status: 400,
      body: { code: 'malformed_body' },
    });
    expect(await app.call('POST', '/wikis', 'name=x', 'application/x-www-form-urlencoded')).toMatchObject({
      status: 422,
    });
    expect(await app.call('POST', '/wikis')).toMatchObject({ status: 422, body: { code: 'validation_failed' } });
  });

  it('are listed by id, page by page', async () => {
    const all: number[] = (await app.db.query('SELECT wiki_id FROM wikis ORDER BY 1')).map(
      (row: { wiki_id: number }) => row.wiki_id,
    );
    const first = await app.call('GET', '/wikis?limit=3');
    expect(first.body.wikis.map((w: { wiki_id: number }) => w.wiki_id)).toEqual(all.slice(0, 3));
    const second = await app.call('GET', `/wikis?cursor=${first.body.next_cursor}`);
    expect(second.body.wikis.map((w: { wiki_id: number }) => w.wiki_id)).toEqual(all.slice(3));
    expect(second.body.next_cursor).toBeNull();
  });

  it.each([
    'limit=0',
    'limit=1001',
    'limit=x',
    'limit=1.5',
    'cursor=',
    'cursor=!!',
    'cursor=WyJ4Il0',
    'cursor=MWUzMA',
    'limit=1&limit=2',
  ])('are not listed for ?%s', async (query) => {
    expect(await app.call('GET', `/wikis?${query}`)).toMatchObject({
      status: 422,
      body: { code: 'validation_failed' },
    });
  });

  it('show their pages and current run', async () => {
    const wiki = await app.wikiWith({ page_id: 'a', title: 'A', text: '' });
    expect((await app.call('GET', `/wikis/${wiki}`)).body).toEqual({
      wiki_id: wiki,
      name: 'Test',
      pages: 1,
      current_job_id: null,
      created_at: expect.stringMatching(/Z$/),
    });
  });

  it('that are not there are 404 on every route, and ids that are none 422', async () => {
    const routes = ['', '/pages', '/clusters', '/clusters/0/pages', '/tags', '/export'];
    for (const route of routes) {
      expect(await app.call('GET', `/wikis/999999${route}`)).toMatchObject({
        status: 404,
        body: { code: 'wiki_not_found' },
      });
      for (const id of ['0', '-1', 'x', '1.5', '2147483648', '1e99', '%00'])
        expect(await app.call('GET', `/wikis/${id}${route}`)).toMatchObject({
          status: 422,
          body: { code: 'validation_failed', detail: expect.stringMatching(/^wiki_id must be a whole number/) },
        });
    }
    expect(await app.call('DELETE', '/wikis/999999')).toMatchObject({ status: 404, body: { code: 'wiki_not_found' } });
  });

  it('are not deleted, nor a page of them, while a run is active', async () => {
    const wiki = await app.wikiWith({ page_id: 'a', title: 'A', text: '' });
    await startRun(wiki, 'active-run');
    for (const path of [`/wikis/${wiki}`, `/wikis/${wiki}/pages/a`])
      expect(await app.call('DELETE', path)).toMatchObject({
        status: 409,
        body: { code: 'run_active', job_id: 'active-run' },
      });
    expect((await app.call('GET', `/wikis/${wiki}`)).body.pages).toBe(1);
    await app.db.query(`UPDATE runs SET status = 'failed' WHERE job_id = 'active-run'`);
    expect((await app.call('DELETE', `/wikis/${wiki}`)).status).toBe(204);
  });

  it('leave nothing behind when they are deleted', async () => {
    const wiki = await app.wikiWith({ page_id: 'a', title: 'A', text: '', embedding: [1] });
    await startRun(wiki, 'old-run', 'completed');
    await app.db.query(`UPDATE wikis SET current_job_id = 'old-run' WHERE wiki_id = $1`, [wiki]);
    await app.db.query(`INSERT INTO run_errors (job_id, stage, error) VALUES ('old-run', 'tag', 'e')`);
    await app.db.query(`INSERT INTO clusters (job_id, cluster_id, layer, parent_id, size, persistence, representatives)
                        VALUES ('old-run', 0, 0, 1, 1, 1, '{a}'), ('old-run', 1, 1, NULL, 1, 1, '{a}')`);
    await app.db.query(
      `INSERT INTO page_clusters (job_id, wiki_id, page_id, cluster_id, nearest_cluster_id, assigned_cluster_id, probability, outlier_score)
                        VALUES ('old-run', $1, 'a', 0, 1, 1, 1, 0)`,
      [wiki],
    );
    await app.db.query(
      `INSERT INTO run_tags (version, wiki_id, page_id, tag, tag_key, confidence, source, status, job_id, cluster_id)
                        VALUES ('old-run', $1, 'a', 't', 't', 1, 'cluster', 'applied', 'old-run', 0)`,
      [wiki],
    );
    await startRun(wiki, 'new-run', 'completed');
    await app.db.query(`UPDATE runs SET before_job_id = 'old-run', before_kept = true WHERE job_id = 'new-run'`);
    await app.db.query(
      `INSERT INTO decisions (decision_id, wiki_id, decision, tag, tag_key, page_id, changed, decided_by)
       VALUES ('dec_1', $1, 'reject', 't', 't', 'a', 1, 'anna'), ('dec_2', $1, 'reject', 'u', 'u', NULL, 0, 'anna')`,
      [wiki],
    );
    await app.db.query(
      `INSERT INTO page_verdicts (decision_id, seq, wiki_id, page_id, tag, tag_key, verdict, confidence, source)
       VALUES ('dec_1', 1, $1, 'a', 't', 't', 'rejected', 1, 'cluster')`,
      [wiki],
    );
    await app.db.query(`INSERT INTO tag_rules (wiki_id, tag_key, decision_id, seq) VALUES ($1, 'u', 'dec_2', 2)`, [
      wiki,
    ]);
    expect((await app.call('DELETE', `/wikis/${wiki}`)).status).toBe(204);
    for (const table of [
      'wikis',
      'pages',
      'page_vectors',
      'page_clusters',
      'run_tags',
      'runs',
      'decisions',
      'page_verdicts',
      'tag_rules',
    ])
      expect(await app.db.query(`SELECT * FROM ${table} WHERE wiki_id = $1`, [wiki])).toEqual([]);
    for (const table of ['clusters', 'run_errors'])
      expect(await app.db.query(`SELECT * FROM ${table} WHERE job_id = 'old-run'`)).toEqual([]);
  });

  it('and all their routes stand in the OpenAPI document, every field explained', async () => {
    const document = (await app.call('GET', '/openapi.json')).body;
    const paths = Object.keys(document.paths).filter((path) => path.startsWith('/wikis'));
    expect(paths.sort()).toEqual([
      '/wikis',
      '/wikis/{wiki_id}',
      '/wikis/{wiki_id}/clusters',
      '/wikis/{wiki_id}/clusters/{cluster_id}/pages',
      '/wikis/{wiki_id}/export',
      '/wikis/{wiki_id}/map',
      '/wikis/{wiki_id}/pages',
      '/wikis/{wiki_id}/pages/{page_id}',
      '/wikis/{wiki_id}/tags',
    ]);
    const { content } = document.paths['/wikis/{wiki_id}/pages'].post.requestBody;
    expect(content['application/json'].schema.items).toEqual(content['application/x-ndjson'].schema);
    const unexplained: string[] = [];
    const walk = (node: unknown, at: string): void => {
      if (typeof node !== 'object' || node === null) return;
      const { properties } = node as { properties?: Record<string, { description?: string }> };
      for (const [name, field] of Object.entries(properties ?? {}))
        if (!field.description) unexplained.push(`${at}.${name}`);
      for (const [key, child] of Object.entries(node)) walk(child, `${at}/${key}`);
    };
    for (const path of paths) {
      walk(document.paths[path], path);
      for (const [method, route] of Object.entries<{
        responses: object;
        parameters?: { description?: string; name: string }[];
      }>(document.paths[path])) {
        expect([path, method, Object.keys(route.responses).some((status) => status.startsWith('4'))]).toEqual([
          path,
          method,
          true,
        ]);
        for (const parameter of route.parameters ?? [])
          if (!parameter.description) unexplained.push(`${method} ${path} ${parameter.name}`);
      }
    }
    expect(unexplained).toEqual([]);
  });
});
