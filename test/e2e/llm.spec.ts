import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Job } from '../../src/jobs/jobs.schemas.js';
import { dataFolder } from '../support/data-folder.js';
import { type Asked, answerOf, FakeOpenAi, REPLIES, type Reply } from '../support/fake-openai.js';
import { numbers } from '../support/made-pages.js';
import { TestService } from '../support/service.js';
import { until } from '../support/until.js';
import { exportOf, loadPages, makeWiki, type PageInput, runToEnd, untilEnd } from '../support/wiki-client.js';

const KEY = 'sk-a-secret-that-must-not-show';
const PAGES_A_TOPIC = 8;
/** Plain HDBSCAN*: on vectors made like these it finds the topics, one cluster each and no layers above. */
const OPTIONS = { method: 'hdbscan', min_cluster_size: 5 };

/** What the fake server does with the cluster of each topic. */
const TOPICS: Readonly<
  Record<string, { reply: (asked: Asked) => Reply | undefined; tagged: boolean; calls?: number }>
> = {
  bread: { reply: () => undefined, tagged: true, calls: 1 },
  coffee: {
    reply: ({ time }) => (time === 1 ? { status: 429, headers: { 'retry-after': '1' } } : undefined),
    tagged: true,
    calls: 2,
  },
  chess: { reply: () => ({ status: 500 }), tagged: false, calls: 3 },
  astronomy: { reply: () => ({ fault: 'hang' }), tagged: false, calls: 3 },
  beekeeping: { reply: ({ time }) => (time === 1 ? REPLIES.brokenJson : undefined), tagged: true, calls: 2 },
  cycling: { reply: () => REPLIES.wrongSchema, tagged: false },
  gardening: { reply: () => REPLIES.ninety, tagged: true },
  sailing: { reply: () => REPLIES.sentence, tagged: false },
  pottery: { reply: () => REPLIES.refusal, tagged: false, calls: 1 },
};
const NAMES = Object.keys(TOPICS);

/** Pages whose given vectors lie so that each topic is one cluster. */
function pages(): PageInput[] {
  const next = numbers(4);
  return NAMES.flatMap((topic, t) =>
    Array.from({ length: PAGES_A_TOPIC }, (_, i) => ({
      page_id: `${topic}-${i}`,
      title: `${topic} part ${i}`,
      text: `Notes about ${topic}, part ${i}. `.repeat(4),
      embedding: Array.from({ length: 32 }, (_, d) => (d === t ? 1 : 0) + (next() - 0.5) * 0.2),
    })),
  );
}

const topicsOf = (asked: Asked) => NAMES.filter((topic) => asked.titles.some((title) => title.startsWith(`${topic} `)));

/** A group of one topic meets that topic's fault; a broader group gets a good answer. */
function faulty(asked: Asked): Reply | undefined {
  const topics = topicsOf(asked);
  return topics.length === 1
    ? TOPICS[topics[0]!]!.reply(asked)
    : {
        content: answerOf([
          ['hobbies', 0.8],
          ['leisure', 0.7],
        ]),
      };
}

describe('a run with an LLM that fails in every way', () => {
  let llm: FakeOpenAi;
  let service: TestService;
  let wiki: number;
  let job: Job;
  let healthy = false;
  let forbidden = false;

  beforeAll(async () => {
    llm = new FakeOpenAi((asked) =>
      forbidden
        ? { status: 401, error: { message: `Incorrect API key provided: ${KEY}` } }
        : healthy
          ? undefined
          : faulty(asked),
    );
    service = await TestService.start({
      OPENAI_BASE_URL: await llm.listen(),
      OPENAI_API_KEY: KEY,
      MAX_CLUSTER_RETRIES: '2',
      RETRY_DELAY_SECONDS: '0.05',
      LLM_TIMEOUT_SECONDS: '1',
    });
    wiki = await makeWiki(service, pages());
    job = await runToEnd(service, wiki, OPTIONS);
  });
  afterAll(async () => {
    await service?.stop();
    await llm?.close();
  });

  it('completes, and names every failed cluster with its reason', async () => {
    expect(job.status).toBe('completed');
    const topicOfCluster = new Map(
      (await exportOf(service, wiki)).map((p) => [p.cluster_id, p.page_id.split('-')[0]!]),
    );
    expect([...topicOfCluster.values()].sort()).toEqual([...NAMES].sort());
    const failed = job.errors.map((e) => topicOfCluster.get(e.cluster_id)!);
    expect(failed.sort()).toEqual(NAMES.filter((name) => !TOPICS[name]!.tagged).sort());
    for (const { error, stage } of job.errors) {
      expect(stage).toBe('tag');
      expect(error.length).toBeGreaterThan(20);
    }
  });

  it.each(NAMES)('has the right outcome for %s', async (topic) => {
    const exported = (await exportOf(service, wiki)).filter((p) => p.page_id.startsWith(`${topic}-`));
    expect(exported).toHaveLength(PAGES_A_TOPIC);
    const own = exported.flatMap((p) => p.tags.filter((t) => t.cluster_id === p.cluster_id));
    if (TOPICS[topic]!.tagged)
      expect(exported.every((p) => p.tags.some((t) => t.cluster_id === p.cluster_id))).toBe(true);
    else expect(own).toEqual([]);
    for (const page of exported) expect(page.tags.length).toBeLessThanOrEqual(16);
    const calls = llm.asked.filter((asked) => topicsOf(asked).length === 1 && topicsOf(asked)[0] === topic).length;
    if (TOPICS[topic]!.calls !== undefined) expect(calls).toBe(TOPICS[topic]!.calls);
    else expect(calls).toBeGreaterThan(0);
  });

  it('leaves no untagged cluster after one resume with a healthy LLM, and asks no answered question again', async () => {
    healthy = true;
    const before = llm.asked.length;
    expect((await service.post(`/analyze/wiki/cluster/${job.job_id}/resume`)).status).toBe(202);
    expect(await untilEnd(service, job.job_id)).toMatchObject({ status: 'completed', errors: [] });
    expect(llm.asked.length - before).toBe(NAMES.filter((name) => !TOPICS[name]!.tagged).length);
    expect((await exportOf(service, wiki)).every((p) => p.tags.some((t) => t.cluster_id === p.cluster_id))).toBe(true);
  });

  it('pays nothing for a second run over the same pages', async () => {
    const before = llm.asked.length;
    expect(await runToEnd(service, wiki, OPTIONS)).toMatchObject({ status: 'completed', errors: [] });
    expect(llm.asked.length).toBe(before);
  });

  it('fails where every cluster would fail, shows no key, and goes on after resume', async () => {
    forbidden = true;
    const other = await makeWiki(
      service,
      pages().map((p) => ({ ...p, title: `${p.title} again` })),
    );
    const failed = await runToEnd(service, other, OPTIONS);
    expect(failed).toMatchObject({ status: 'failed', stage: 'tag' });
    expect(JSON.stringify(failed)).not.toContain(KEY);
    forbidden = false;
    await service.post(`/analyze/wiki/cluster/${failed.job_id}/resume`);
    expect(await untilEnd(service, failed.job_id)).toMatchObject({ status: 'completed', errors: [] });
    expect(service.logged).not.toContain(KEY);
  });
});

describe('a run of which clusters failed', () => {
  let llm: FakeOpenAi;
  let service: TestService;
  let broken: string | undefined;

  beforeAll(async () => {
    llm = new FakeOpenAi((asked) =>
      broken !== undefined && topicsOf(asked).join() === broken ? REPLIES.refusal : undefined,
    );
    service = await TestService.start({ OPENAI_BASE_URL: await llm.listen(), OPENAI_API_KEY: KEY });
  });
  afterAll(async () => {
    await service?.stop();
    await llm?.close();
  });
  const reworded = (round: string) => pages().map((p) => ({ ...p, text: `${p.text} ${round}` }));
  const breadOf = async (wiki: number) => (await exportOf(service, wiki)).filter((p) => p.page_id.startsWith('bread-'));

  it('keeps their pages on the tags of the run before, until a run that keeps the clusters tags them', async () => {
    broken = undefined;
    const wiki = await makeWiki(service, reworded('one'));
    const first = await runToEnd(service, wiki, OPTIONS);
    await loadPages(service, wiki, reworded('two'));
    broken = 'bread';
    const second = await runToEnd(service, wiki, OPTIONS);
    expect(second.errors).toHaveLength(1);
    expect(new Set((await breadOf(wiki)).flatMap((p) => p.tags.map((t) => t.job_id)))).toEqual(new Set([first.job_id]));
    broken = undefined;
    const third = await runToEnd(service, wiki, { ...OPTIONS, regenerate_clusters: false });
    expect(third.errors).toEqual([]);
    const exported = await exportOf(service, wiki);
    expect(new Set(exported.flatMap((p) => p.tags.map((t) => t.job_id)))).toEqual(new Set([third.job_id]));
    expect(exported.every((p) => p.tags.length > 0)).toBe(true);
  });

  it('cannot be resumed once a later run has replaced its clusters, and takes nothing from that', async () => {
    broken = 'bread';
    const wiki = await makeWiki(service, reworded('three'));
    const first = await runToEnd(service, wiki, OPTIONS);
    expect(first.errors).toHaveLength(1);
    broken = undefined;
    await runToEnd(service, wiki, OPTIONS);
    const before = await exportOf(service, wiki);
    const refused = await service.post(`/analyze/wiki/cluster/${first.job_id}/resume`);
    expect(refused).toMatchObject({ status: 409, body: { code: 'run_not_resumable' } });
    expect(refused.body['detail']).toContain('later run');
    expect(await exportOf(service, wiki)).toEqual(before);
  });
});

describe('a worker killed in the middle of tagging', () => {
  it('is followed by one that ends the run and asks no answered question again', async () => {
    const folder = dataFolder();
    let release = (): void => undefined;
    const reached = new Promise<void>((resolve) => {
      release = resolve;
    });
    // the third question is never answered while the first worker lives
    let hold = true;
    const llm = new FakeOpenAi(() => {
      if (!hold || llm.asked.length < 3) return undefined;
      release();
      return { fault: 'hang' };
    });
    const env = {
      DATA_DIR: folder.path,
      OPENAI_BASE_URL: await llm.listen(),
      LLM_CONCURRENCY: '1',
      LLM_TIMEOUT_SECONDS: '300',
    };
    let service = await TestService.start(env);
    try {
      const wiki = await makeWiki(service, pages());
      const { body } = await service.post<{ job_id: string }>('/analyze/wiki/cluster', {
        wiki_id: wiki,
        options: OPTIONS,
      });
      await reached;
      await service.kill();
      hold = false;
      const answered = llm.asked.slice(0, 2).map((asked) => asked.user);
      const asked = llm.asked.length;
      service = await TestService.start(env);
      expect(await untilEnd(service, body.job_id)).toMatchObject({
        status: 'completed',
        errors: [],
        progress: { pages_fetched: 72 },
      });
      expect(llm.asked.slice(asked).filter((a) => answered.includes(a.user))).toEqual([]);
      expect((await exportOf(service, wiki)).every((p) => p.tags.length > 0)).toBe(true);
    } finally {
      await service.stop();
      await llm.close();
      folder.remove();
    }
  });
});

describe('a run whose LLM never answers', () => {
  let llm: FakeOpenAi;
  let service: TestService;

  beforeAll(async () => {
    llm = new FakeOpenAi(() => ({ fault: 'hang' }));
    const env = { OPENAI_BASE_URL: await llm.listen(), LLM_TIMEOUT_SECONDS: '300', PIPELINE_TIMEOUT_SECONDS: '6' };
    service = await TestService.start(env);
  });
  afterAll(async () => {
    await service?.stop();
    await llm?.close();
  });

  async function started(): Promise<string> {
    const wiki = await makeWiki(service, pages());
    const asked = llm.asked.length;
    const { body } = await service.post<{ job_id: string }>('/analyze/wiki/cluster', {
      wiki_id: wiki,
      options: OPTIONS,
    });
    await until(() => llm.asked.length > asked);
    return body.job_id;
  }

  it('stops when it is cancelled, in the middle of a call', async () => {
    const jobId = await started();
    expect((await service.post(`/analyze/wiki/cluster/${jobId}/cancel`)).status).toBe(202);
    expect(await untilEnd(service, jobId)).toMatchObject({ status: 'cancelled', errors: [] });
    await until(() => llm.open === 0);
  });

  it('fails after PIPELINE_TIMEOUT_SECONDS and says so', async () => {
    const job = await untilEnd(service, await started());
    expect(job).toMatchObject({ status: 'failed', stage: 'tag' });
    expect(job.errors).toEqual([
      {
        cluster_id: null,
        stage: 'tag',
        error: expect.stringContaining('PIPELINE_TIMEOUT_SECONDS (6)') as unknown as string,
      },
    ]);
  });
});
