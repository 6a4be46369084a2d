import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import type { Job } from '../../src/jobs/jobs.schemas.js';
import { topicPages } from '../support/made-pages.js';
import { type TestDatabase, testDatabase } from '../support/postgres.js';
import { TestService } from '../support/service.js';
import { until } from '../support/until.js';
import { exportOf, makeWiki, runToEnd, untilEnd } from '../support/wiki-client.js';

jest.setTimeout(180_000); // a lease of ten seconds has to end, on a machine that may be busy

const HEALTHY = fileURLToPath(new URL('../../../scripts/gpu/healthy.mjs', import.meta.url)); // from dist/test/e2e
/** A process that serves no routes needs no keys. */
const NO_KEYS = { API_KEYS: undefined };

describe('a clustering sidecar beside an API and a worker', () => {
  let database: TestDatabase;
  let env: NodeJS.ProcessEnv;
  let api: TestService;
  let worker: TestService;
  const sidecars: TestService[] = [];

  const startSidecar = async () => {
    const sidecar = await TestService.start({ ...env, ...NO_KEYS, CLUSTERING_BACKEND: 'native' }, 'gpu');
    sidecars.push(sidecar);
    return sidecar;
  };
  /** Whether `service` says that it began or ended the clustering of this run. */
  const clustered = (service: TestService, jobId: string, what: 'begins' | 'took') =>
    service.logged.split('\n').some((line) => line.includes(jobId) && line.includes(`cluster ${what}`));
  const start = async (pages: number) => {
    const wiki = await makeWiki(api, topicPages(pages, 20));
    const { body } = await api.post<{ job_id: string }>('/analyze/wiki/cluster', { wiki_id: wiki });
    return { wiki, id: body.job_id };
  };
  const killInTheMiddle = async (sidecar: TestService, id: string) => {
    await until(() => clustered(sidecar, id, 'begins'), 60_000, 'the clustering');
    await sidecar.kill();
    expect((await api.get<Job>(`/analyze/wiki/cluster/${id}`)).body).toMatchObject({
      status: 'processing',
      stage: 'cluster',
    });
  };

  beforeAll(async () => {
    database = await testDatabase();
    env = { DATABASE_URL: database.url, TAGGER: 'keywords' };
    api = await TestService.start(env, 'api');
    worker = await TestService.start({ ...env, ...NO_KEYS }, 'worker');
  });
  afterEach(async () => {
    for (const sidecar of sidecars.splice(0)) await sidecar.stop();
  });
  afterAll(async () => {
    await worker?.stop();
    await api?.stop();
    await database?.close();
  });

  it('is left all the clustering and nothing else, run after run', async () => {
    const sidecar = await startSidecar();
    const wiki = await makeWiki(api, topicPages(60, 3));
    for (let round = 0; round < 3; round++) {
      const job = await runToEnd(api, wiki);
      expect(job).toMatchObject({
        status: 'completed',
        errors: [],
        compute: { backend: 'native', gpu_utilization: 'not measured: clustering ran on the CPU' },
      });
      expect(clustered(sidecar, job.job_id, 'took')).toBe(true);
      expect(clustered(worker, job.job_id, 'begins')).toBe(false);
      expect(worker.logged).toMatch(new RegExp(`${job.job_id}.*tag took`));
    }
    const { body: metrics } = await api.get<string>('/metrics');
    expect(metrics).toContain('wikitag_gpu_utilization_not_measured{reason="clustering ran on the CPU"} 1');
    expect(metrics).not.toContain('wikitag_gpu_utilization_percent{');
    const measured = { gpu: 'Tesla T4', mean_percent: 61.5, max_percent: 97, max_memory_mib: 900, samples: 8 };
    const db = new pg.Client({ connectionString: database.url });
    await db.connect();
    await db.query(`UPDATE runs SET compute = compute || jsonb_build_object('gpu_utilization', $1::jsonb)`, [
      JSON.stringify(measured),
    ]);
    await db.end();
    const { body: then } = await api.get<string>('/metrics');
    expect(then).toContain('wikitag_gpu_utilization_percent{statistic="mean",gpu="Tesla T4"} 61.5');
    expect(then).toContain('wikitag_gpu_utilization_percent{statistic="max",gpu="Tesla T4"} 97');
    expect(then).not.toContain('not_measured{');
    expect(sidecar.logged).not.toMatch(/(fetch|embed|tag|outliers|finish) begins/);
    expect(sidecar.logged).toMatch(/clusters with native on cpu/);
    expect((await exportOf(api, wiki)).every((page) => page.tags.length > 0)).toBe(true);
  });

  it('is healthy as long as it lives', async () => {
    const healthy = () =>
      spawnSync(process.execPath, [HEALTHY], { env: { DATABASE_URL: database.url }, encoding: 'utf8' });
    const sidecar = await startSidecar();
    await until(() => healthy().status === 0, 20_000, 'health');
    await sidecar.stop();
    expect(healthy()).toMatchObject({ status: 1, stderr: expect.stringContaining('not healthy: the sidecar') });
    const nowhere = { DATABASE_URL: 'postgres://127.0.0.1:1/none' };
    expect(spawnSync(process.execPath, [HEALTHY], { env: nowhere }).status).toBe(1);
  });

  it('is replaced by another sidecar where it is killed in the middle', async () => {
    const first = await startSidecar();
    const { id } = await start(1200);
    await killInTheMiddle(first, id);
    const second = await startSidecar();
    expect(await untilEnd(api, id)).toMatchObject({ status: 'completed', errors: [] });
    expect(clustered(second, id, 'took')).toBe(true);
    expect(clustered(worker, id, 'begins')).toBe(false);
  });

  it('is replaced by the worker where no other sidecar comes', async () => {
    const only = await startSidecar();
    const { wiki, id } = await start(1200);
    await killInTheMiddle(only, id);
    expect(await untilEnd(api, id)).toMatchObject({ status: 'completed', errors: [] });
    expect(clustered(worker, id, 'took')).toBe(true);
    expect((await exportOf(api, wiki)).every((page) => page.tags.length > 0)).toBe(true);
  });
});

describe('npm run start:gpu does not start', () => {
  const gpuHere = ['/dev/nvidia0', '/dev/dri'].find((path) => existsSync(path));

  it('without DATABASE_URL', async () => {
    await expect(TestService.start({ ...NO_KEYS, CLUSTERING_BACKEND: 'native' }, 'gpu')).rejects.toThrow(
      'DATABASE_URL: must be set for start:gpu',
    );
  });

  (gpuHere === undefined ? it : it.skip).each(['auto', 'onnx', 'tfjs-gpu'])(
    'with CLUSTERING_BACKEND=%s where there is no GPU, and names the ways out',
    async (backend) => {
      const starting = TestService.start(
        { ...NO_KEYS, DATABASE_URL: 'postgres://127.0.0.1:1/none', CLUSTERING_BACKEND: backend },
        'gpu',
      );
      const complaint = await starting.then(
        () => 'it started',
        (error: Error) => error.message,
      );
      expect(complaint).toContain('found no GPU');
      for (const way of ['CUDA 12', 'CUDA 11', 'gpu.Dockerfile', 'CLUSTERING_BACKEND=native'])
        expect(complaint).toContain(way);
    },
  );
});
