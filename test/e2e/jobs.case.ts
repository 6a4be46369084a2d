import { expect, it } from '@jest/globals';
import type { Job } from '../../src/jobs/jobs.schemas.js';
import { topicPages, unrelatedPages } from '../support/made-pages.js';
import type { TestService } from '../support/service.js';
import { exportOf, loadPages, type MappedPage, makeWiki, mapOf, runToEnd, untilEnd } from '../support/wiki-client.js';

/** What the job routes promise beyond a plain run. */
export function jobsKeepTheirPromises(service: () => TestService): void {
  it('tells of an active run with 409 and its job_id, cancels it, and resumes it to the end', async () => {
    const wiki = await makeWiki(service(), topicPages(900, 12));
    const { body } = await service().post<{ job_id: string }>('/analyze/wiki/cluster', { wiki_id: wiki });
    const second = await service().post('/analyze/wiki/cluster', { wiki_id: wiki });
    expect(second).toMatchObject({ status: 409, body: { code: 'run_active', job_id: body.job_id } });
    expect((await service().request('DELETE', `/wikis/${wiki}`)).status).toBe(409);
    const asked = await service().post<Job>(`/analyze/wiki/cluster/${body.job_id}/cancel`);
    expect(asked.status).toBe(202);
    expect(await untilEnd(service(), body.job_id)).toMatchObject({ status: 'cancelled' });
    expect(await service().post(`/analyze/wiki/cluster/${body.job_id}/cancel`)).toMatchObject({
      status: 409,
      body: { code: 'run_not_active' },
    });
    expect((await service().post(`/analyze/wiki/cluster/${body.job_id}/resume`)).status).toBe(202);
    expect(await untilEnd(service(), body.job_id)).toMatchObject({
      status: 'completed',
      errors: [],
      progress: { pages_fetched: 900 },
    });
    expect(await service().post(`/analyze/wiki/cluster/${body.job_id}/resume`)).toMatchObject({
      status: 409,
      body: { code: 'run_not_resumable' },
    });
  });

  it('answers a repeated request with the same Idempotency-Key as the first time', async () => {
    const wiki = await makeWiki(service(), topicPages(20, 2));
    const headers = { 'idempotency-key': `key-of-wiki-${wiki}` };
    const first = await service().post<{ job_id: string }>('/analyze/wiki/cluster', { wiki_id: wiki }, headers);
    await untilEnd(service(), first.body.job_id);
    const again = await service().post('/analyze/wiki/cluster', { wiki_id: wiki }, headers);
    expect(again.body).toEqual(first.body);
    const other = await service().post(
      '/analyze/wiki/cluster',
      { wiki_id: wiki, options: { handle_outliers: 'skip' } },
      headers,
    );
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
    expect((await service().get<{ jobs: Job[] }>(`/analyze/wiki/cluster?wiki_id=${wiki}`)).body.jobs).toHaveLength(1);
  });

  it('shows defaults, timings of every stage, compute and times in the job', async () => {
    const wiki = await makeWiki(service(), topicPages(60, 6));
    const job = await runToEnd(service(), wiki);
    expect(job).toMatchObject({
      status: 'completed',
      options: { handle_outliers: 'nearest', auto_apply_threshold: 0.7, regenerate_clusters: true, method: 'auto' },
    });
    expect(Object.keys(job.timings)).toEqual(expect.arrayContaining(['fetch', 'embed', 'cluster', 'tag', 'outliers']));
    expect(job.compute['backend']).toMatch(/native|js/);
    expect(new Date(job.completed_at!).getTime()).toBeGreaterThanOrEqual(new Date(job.started_at!).getTime());
    const { body } = await service().get<{
      clusters: { size: number; layer: number; label: string; tags: unknown[]; representatives: unknown[] }[];
    }>(`/wikis/${wiki}/clusters`);
    expect(body.clusters).toHaveLength(job.progress.clusters_created);
    for (const cluster of body.clusters) {
      expect(cluster.tags.length).toBeGreaterThan(0);
      expect(cluster.representatives.length).toBeGreaterThan(0);
      expect(cluster.label).toBeTruthy();
    }
  });

  it('leaves human tags alone and does not count them twice', async () => {
    const tagged = topicPages(40, 4).map((p, i) => ({ ...p, tags: i % 2 === 0 ? ['Mine', `topic ${p.topic}`] : [] }));
    const wiki = await makeWiki(service(), tagged);
    await runToEnd(service(), wiki);
    await runToEnd(service(), wiki);
    const human = (await exportOf(service(), wiki)).map((p) =>
      p.tags.filter((t) => t.source === 'human').map((t) => t.tag),
    );
    expect(human).toEqual(tagged.map((p) => p.tags));
  });

  it('keeps the clusters where asked to, and gives new pages to them', async () => {
    const pages = topicPages(80, 4);
    const wiki = await makeWiki(service(), pages.slice(0, 60));
    await runToEnd(service(), wiki);
    const before = await exportOf(service(), wiki);
    const drawn = await mapOf(service(), wiki);
    await loadPages(service(), wiki, pages.slice(60));
    const job = await runToEnd(service(), wiki, { regenerate_clusters: false });
    expect(job).toMatchObject({ status: 'completed', progress: { pages_fetched: 80 } });
    const after = await exportOf(service(), wiki);
    const placeOf = new Map(after.map((p) => [p.page_id, p]));
    expect(before.map((p) => placeOf.get(p.page_id)!.cluster_id)).toEqual(before.map((p) => p.cluster_id));
    expect(before.map((p) => placeOf.get(p.page_id)!.tags.map((t) => t.tag))).toEqual(
      before.map((p) => p.tags.map((t) => t.tag)),
    );
    const clusterOfTopic = new Map(pages.slice(0, 60).map((p) => [p.topic, placeOf.get(p.page_id)!.cluster_id]));
    const right = pages.slice(60).filter((p) => placeOf.get(p.page_id)!.cluster_id === clusterOfTopic.get(p.topic));
    expect(right.length).toBeGreaterThanOrEqual(19);
    expect(right.every((p) => placeOf.get(p.page_id)!.tags.length > 0)).toBe(true);
    const redrawn = await mapOf(service(), wiki);
    expect(redrawn).toHaveLength(80);
    expect(redrawn.filter((p) => drawn.some((q) => q.page_id === p.page_id))).toEqual(drawn);
  });

  it('draws a map of all pages, the same on the next run, with topics apart', async () => {
    const pages = topicPages(80, 4);
    const wiki = await makeWiki(service(), pages);
    const job = await runToEnd(service(), wiki);
    expect((job.compute['seconds'] as Record<string, number>)['map']).toBeGreaterThan(0);
    const drawn = await mapOf(service(), wiki);
    const exported = await exportOf(service(), wiki);
    expect(drawn.map((p) => [p.page_id, p.cluster_id])).toEqual(exported.map((p) => [p.page_id, p.cluster_id]));
    const topicOf = new Map(pages.map((p) => [p.page_id, p.topic]));
    const nearest = (page: MappedPage) =>
      drawn
        .filter((other) => other !== page)
        .reduce((a, b) => (Math.hypot(a.x - page.x, a.y - page.y) <= Math.hypot(b.x - page.x, b.y - page.y) ? a : b));
    const right = drawn.filter((page) => topicOf.get(nearest(page).page_id) === topicOf.get(page.page_id));
    expect(right.length).toBeGreaterThanOrEqual(76);
    expect(drawn.every(({ x, y }) => Math.abs(x) <= 1 && Math.abs(y) <= 1)).toBe(true);
    await runToEnd(service(), wiki);
    expect(await mapOf(service(), wiki)).toEqual(drawn);
  });

  it('keeps clusters whose pages all changed, and where outliers were put', async () => {
    const pages = [...topicPages(60, 3), ...unrelatedPages(5)];
    const wiki = await makeWiki(service(), pages);
    await runToEnd(service(), wiki);
    const before = await exportOf(service(), wiki);
    await runToEnd(service(), wiki, { regenerate_clusters: false });
    expect((await exportOf(service(), wiki)).map((p) => p.assigned_cluster_id)).toEqual(
      before.map((p) => p.assigned_cluster_id),
    );
    await loadPages(
      service(),
      wiki,
      pages.map((p) => ({ ...p, text: `${p.text} once more` })),
    );
    await runToEnd(service(), wiki, { regenerate_clusters: false });
    const after = await exportOf(service(), wiki);
    const members = before.flatMap((p, i) => (p.cluster_id === null ? [] : [i]));
    const stayed = members.filter((i) => after[i]!.cluster_id === before[i]!.cluster_id);
    expect(stayed.length).toBeGreaterThanOrEqual(members.length * 0.9);
  });

  it('tags clusters of which an outlier_threshold of 0 leaves no member, for their pages to be near to', async () => {
    const wiki = await makeWiki(service(), topicPages(60, 3));
    const job = await runToEnd(service(), wiki, { outlier_threshold: 0 });
    expect(job).toMatchObject({ status: 'completed', errors: [] });
    for (const page of await exportOf(service(), wiki)) expect(page.tags.length).toBeGreaterThan(0);
  });

  it('lets exactly one of several requests at once start or resume a run', async () => {
    const wiki = await makeWiki(service(), topicPages(300, 6));
    const start = () => service().post<{ job_id: string }>('/analyze/wiki/cluster', { wiki_id: wiki });
    const started = await Promise.all([start(), start(), start()]);
    expect(started.map((a) => a.status).sort()).toEqual([202, 409, 409]);
    const id = started.find((a) => a.status === 202)!.body.job_id;
    await service().post(`/analyze/wiki/cluster/${id}/cancel`);
    await untilEnd(service(), id);
    const resume = () => service().post(`/analyze/wiki/cluster/${id}/resume`);
    const resumed = await Promise.all([resume(), resume(), resume()]);
    expect(resumed.map((a) => a.status).sort()).toEqual([202, 409, 409]);
    expect(await untilEnd(service(), id)).toMatchObject({ status: 'completed', errors: [] });
  });

  it('answers a start that a wiki is deleted under with 202 or 404, never with 500', async () => {
    for (let i = 0; i < 10; i++) {
      const wiki = await makeWiki(service(), topicPages(2, 1));
      const [started] = await Promise.all([
        service().post<{ job_id: string }>('/analyze/wiki/cluster', { wiki_id: wiki }),
        service().request('DELETE', `/wikis/${wiki}`),
      ]);
      expect([202, 404]).toContain(started.status);
      if (started.status === 202) await untilEnd(service(), started.body.job_id);
    }
  });

  it('leaves unpublished pages out', async () => {
    const pages = topicPages(40, 4).map((p, i) => ({ ...p, published: i >= 4 }));
    const wiki = await makeWiki(service(), pages);
    expect(await runToEnd(service(), wiki)).toMatchObject({ status: 'completed', progress: { pages_fetched: 36 } });
  });
}
