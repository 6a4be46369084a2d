import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Asked, FakeOpenAi, REPLIES, type Reply } from '../support/fake-openai.js';
import { givenTopics, ONE_CLUSTER_A_TOPIC } from '../support/given-topics.js';
import { word } from '../support/made-pages.js';
import { TestService } from '../support/service.js';
import { exportOf, makeWiki, runToEnd, untilEnd } from '../support/wiki-client.js';

const CLUSTERS = 48;
const SHARE = 0.3;
const FAULTS: readonly Reply[] = [
  { status: 429 },
  { status: 429, headers: { 'retry-after': '0' } },
  { status: 500 },
  { fault: 'reset' },
  { fault: 'hang' },
  { fault: 'cut off' },
  REPLIES.brokenJson,
  REPLIES.wrongSchema,
  REPLIES.refusal,
  REPLIES.filtered,
];

/** Every question decides by itself, whatever the order in which they come: the same seed, the same faults. */
function faultOf(seed: number, { titles, time }: Asked): Reply | undefined {
  const hash = createHash('sha256').update(`${seed} ${time} ${titles.join()}`).digest();
  return hash.readUInt32LE(0) / 2 ** 32 < SHARE ? FAULTS[hash.readUInt32LE(4) % FAULTS.length] : undefined;
}

describe('an LLM that fails 30 % of its calls', () => {
  let llm: FakeOpenAi;
  let service: TestService;
  let seed: number | undefined;
  let faults = 0;

  beforeAll(async () => {
    llm = new FakeOpenAi((asked) => {
      const fault = seed === undefined ? undefined : faultOf(seed, asked);
      if (fault !== undefined) faults++;
      return fault;
    });
    service = await TestService.start({
      OPENAI_BASE_URL: await llm.listen(),
      OPENAI_API_KEY: 'k',
      MAX_CLUSTER_RETRIES: '1',
      RETRY_DELAY_SECONDS: '0.05',
      LLM_TIMEOUT_SECONDS: '1',
    });
  });
  afterAll(async () => {
    await service?.stop();
    await llm?.close();
  });

  interface Cluster {
    cluster_id: number;
    tags: unknown[];
  }
  const clustersOf = async (wiki: number) =>
    (await service.get<{ clusters: Cluster[] }>(`/wikis/${wiki}/clusters?limit=1000`)).body.clusters;

  it.each([1, 2, 3])(
    'seed %i: the run completes, every cluster is tagged or named; one resume tags the rest',
    async (now) => {
      seed = now;
      faults = 0;
      const before = llm.asked.length;
      const topics = Array.from({ length: CLUSTERS }, (_, i) => word(i * 7 + now * 1000));
      const wiki = await makeWiki(service, givenTopics(topics));
      const job = await runToEnd(service, wiki, ONE_CLUSTER_A_TOPIC);
      expect(job.status).toBe('completed');
      const calls = llm.asked.length - before;
      const clusters = await clustersOf(wiki);
      expect(clusters.length).toBeGreaterThanOrEqual(CLUSTERS);
      const untagged = clusters.filter((c) => c.tags.length === 0).map((c) => c.cluster_id);
      const named = job.errors.map((e) => e.cluster_id!);
      expect(named.length).toBeGreaterThan(0); // else nothing was tried here
      expect(new Set(named)).toEqual(new Set(untagged));
      expect(new Set(named).size).toBe(named.length);
      for (const { error } of job.errors) expect(error.length).toBeGreaterThan(20);
      seed = undefined;
      const sofar = llm.asked.length;
      expect((await service.post(`/analyze/wiki/cluster/${job.job_id}/resume`)).status).toBe(202);
      const resumed = await untilEnd(service, job.job_id);
      expect(resumed).toMatchObject({ status: 'completed', errors: [] });
      expect(resumed.timings['cluster']).toBe(job.timings['cluster']);
      expect((await clustersOf(wiki)).filter((c) => c.tags.length === 0)).toEqual([]);
      expect((await exportOf(service, wiki)).every((p) => p.tags.some((t) => t.cluster_id === p.cluster_id))).toBe(
        true,
      );
      expect(llm.asked.length - sofar).toBe(named.length);
      console.log(
        `seed ${now}: ${clusters.length} clusters, ${calls} calls, ${faults} faults (${Math.round((100 * faults) / calls)} %), ` +
          `${named.length} clusters in errors, ${llm.asked.length - sofar} calls after resume, untagged then: 0`,
      );
    },
  );
});
