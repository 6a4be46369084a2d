import { afterEach, describe, expect, it } from '@jest/globals';
import type { Job } from '../../src/jobs/jobs.schemas.js';
import { FakeEmbeddings } from '../support/fake-embeddings.js';
import { FakeOpenAi } from '../support/fake-openai.js';
import { topicPages } from '../support/made-pages.js';
import { modelFolder } from '../support/sentence-model.js';
import { TestService } from '../support/service.js';
import { until } from '../support/until.js';
import { exportOf, makeWiki, runToEnd, untilEnd } from '../support/wiki-client.js';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(env: NodeJS.ProcessEnv): Promise<TestService> {
  const service = await TestService.start(env);
  closers.push(() => service.stop());
  return service;
}

describe('RESULT_TTL_SECONDS', () => {
  it('deletes runs that ended so long ago, but not the one that the wiki shows and the one that it can go back to', async () => {
    const service = await start({ TAGGER: 'keywords', RESULT_TTL_SECONDS: '1' });
    const wiki = await makeWiki(service, topicPages(30, 3));
    const old = await runToEnd(service, wiki);
    const before = await runToEnd(service, wiki);
    const shown = await exportOf(service, wiki);
    const current = await runToEnd(service, wiki);
    const statusOf = async (id: string) => (await service.get(`/analyze/wiki/cluster/${id}`)).status;
    await until(async () => (await statusOf(old.job_id)) === 404, 20_000, 'the end of the old run');
    expect(await statusOf(current.job_id)).toBe(200);
    expect((await exportOf(service, wiki)).every((p) => p.tags.length > 0)).toBe(true);
    expect(await statusOf(before.job_id)).toBe(200);
    expect((await service.post(`/analyze/wiki/cluster/${current.job_id}/undo`)).status).toBe(200);
    expect(await exportOf(service, wiki)).toEqual(shown);
    await until(async () => (await statusOf(current.job_id)) === 404, 20_000, 'the end of the undone run');
  });
});

describe('ENABLE_PROGRESS_TRACKING', () => {
  it.each([
    ['true', 3],
    ['false', 0],
  ])('%s: shows %i clusters processed after three answers, and all of them in the end', async (flag, shown) => {
    let hold = true;
    const llm: FakeOpenAi = new FakeOpenAi(() => (hold && llm.asked.length > 3 ? { fault: 'hang' } : undefined));
    closers.push(() => llm.close());
    const service = await start({
      OPENAI_BASE_URL: await llm.listen(),
      LLM_CONCURRENCY: '1',
      LLM_TIMEOUT_SECONDS: '3',
      ENABLE_PROGRESS_TRACKING: flag,
    });
    const wiki = await makeWiki(service, topicPages(160, 8));
    const { body } = await service.post<{ job_id: string }>('/analyze/wiki/cluster', { wiki_id: wiki });
    await until(() => llm.asked.length > 3, 30_000, 'the fourth question');
    const processed = async () =>
      (await service.get<Job>(`/analyze/wiki/cluster/${body.job_id}`)).body.progress.clusters_processed;
    await until(async () => (await processed()) === shown, 2_000, `${shown} clusters processed`);
    hold = false;
    const end = await untilEnd(service, body.job_id);
    expect(end).toMatchObject({ status: 'completed', errors: [] });
    expect(end.progress.clusters_processed).toBe(end.progress.clusters_created);
    const applied = (await exportOf(service, wiki)).flatMap((p) => p.tags.filter((t) => t.status === 'applied'));
    expect(end.progress.tags_applied).toBe(applied.length);
  });
});

describe('CLUSTERING_BACKEND=onnx', () => {
  it('clusters a wiki by ONNX Runtime and says so in the job', async () => {
    const service = await start({ TAGGER: 'keywords', CLUSTERING_BACKEND: 'onnx' });
    const job = await runToEnd(service, await makeWiki(service, topicPages(60, 4)));
    expect(job).toMatchObject({ status: 'completed', errors: [], compute: { backend: 'onnx' } });
    expect(job.compute?.device).toMatch(/onnxruntime/);
  });
});

describe('EMBEDDER=openai', () => {
  it.each([
    ['before', 'a'],
    ['after', 'z'],
  ])('clusters a wiki in which hundreds of pages without a word come %s those with words', async (_, prefix) => {
    const server = new FakeEmbeddings();
    closers.push(() => server.close());
    const service = await start({ TAGGER: 'keywords', EMBEDDER: 'openai', OPENAI_BASE_URL: await server.listen() });
    const written = topicPages(60, 3).map((page) => ({ ...page, page_id: `m${page.page_id}` }));
    // more than are embedded at a time: a whole lot of them tells no length of vectors
    const empty = Array.from({ length: 700 }, (_, i) => ({ page_id: `${prefix}${i}`, title: ' ', text: ' ' }));
    const wiki = await makeWiki(service, [...written, ...empty]);
    expect(await runToEnd(service, wiki)).toMatchObject({ status: 'completed', errors: [] });
    const exported = await exportOf(service, wiki);
    const clustered = (start: string) =>
      exported.filter((page) => page.page_id.startsWith(start) && page.cluster_id !== null).length;
    expect(clustered('m')).toBeGreaterThan(30);
    expect(clustered(prefix)).toBe(0);
  });

  it('clusters a wiki without a word', async () => {
    const server = new FakeEmbeddings();
    closers.push(() => server.close());
    const service = await start({ TAGGER: 'keywords', EMBEDDER: 'openai', OPENAI_BASE_URL: await server.listen() });
    const empty = Array.from({ length: 5 }, (_, i) => ({ page_id: `p${i}`, title: ' ', text: '' }));
    const job = await runToEnd(service, await makeWiki(service, empty));
    expect(job).toMatchObject({ status: 'completed', progress: { clusters_created: 0 } });
    expect(server.requests).toHaveLength(0);
  });
});

describe('EMBEDDER=onnx', () => {
  it('clusters a wiki by the vectors of the model in ONNX_MODEL_DIR', async () => {
    const folder = modelFolder();
    closers.push(async () => folder.remove());
    const service = await start({ TAGGER: 'keywords', EMBEDDER: 'onnx', ONNX_MODEL_DIR: folder.path });
    const subjects = ['bread flour oven dough', 'stars moon telescope'];
    const pages = Array.from({ length: 40 }, (_, i) => ({
      page_id: `p${i}`,
      title: `Page ${i}`,
      text: `${subjects[i % 2]} ${subjects[i % 2].split(' ')[i % 3]}`,
    }));
    const wiki = await makeWiki(service, pages);
    expect(await runToEnd(service, wiki)).toMatchObject({ status: 'completed', errors: [] });
    const clusterOf = new Map((await exportOf(service, wiki)).map((page) => [page.page_id, page.cluster_id]));
    const clusters = [0, 1].map(
      (subject) => new Set(pages.filter((_, i) => i % 2 === subject).map((p) => clusterOf.get(p.page_id))),
    );
    for (const id of clusters[0]) expect(clusters[1]).not.toContain(id);
  });

  it('does not start with a directory that is no model', async () => {
    const folder = modelFolder({ 'model.onnx': undefined });
    closers.push(async () => folder.remove());
    await expect(start({ EMBEDDER: 'onnx', ONNX_MODEL_DIR: folder.path })).rejects.toThrow(
      'ONNX_MODEL_DIR has neither',
    );
  });
});
