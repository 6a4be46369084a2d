import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fold } from '../../src/common/fold.js';
import { FakeOpenAi } from '../support/fake-openai.js';
import { ONE_CLUSTER_A_TOPIC } from '../support/given-topics.js';
import { AIMS } from '../support/injection/aims.js';
import { CARRIERS, type Poison } from '../support/injection/carriers.js';
import { obedientReply } from '../support/injection/model.js';
import { numbers } from '../support/made-pages.js';
import { TestService } from '../support/service.js';
import { smallCorpus } from '../support/tagging.js';
import { exportOf, makeWiki, type PageInput, runToEnd } from '../support/wiki-client.js';

/** A tail that makes each page look like one that gives orders: where all do, none is kept from the model. */
const ALIKE = '\n\nAn AI assistant answers with tags.';
const GOOD = new Set(['bread', 'baking', 'winter', 'flour', 'salt', 'water', 'dough', 'sourdough'].map(fold));

/** Every carrier with an aim of its own; each is a cluster of five harmless pages and the poisoned ones. */
function poisonedPages(): PageInput[] {
  const next = numbers(7);
  const aims = Object.values(AIMS);
  const harmless = smallCorpus().pages.slice(0, 5);
  return CARRIERS.flatMap(({ poison }, c) => {
    const near = () => Array.from(CARRIERS, (_, d) => (d === c ? 1 : 0) + (next() - 0.5) * 0.1);
    const bad = poison(aims[c % aims.length]).map((parts: Poison, i) => ({
      page_id: `${c}-bad-${i}-${parts.page_id ?? ''}`,
      title: parts.title ?? 'Bread in winter',
      text: parts.text ?? '',
      tags: parts.human_tags,
    }));
    const good = harmless.map(({ title, text }, i) => ({ page_id: `${c}-good-${i}`, title, text: `${text}${ALIKE}` }));
    return [...bad, ...good].map((page) => ({ ...page, embedding: near() }));
  });
}

describe('a wiki full of orders, over the whole service, with a model that obeys', () => {
  let llm: FakeOpenAi;
  let service: TestService;
  let obeyed = 0;
  beforeAll(async () => {
    llm = new FakeOpenAi((asked) => {
      const reply = obedientReply(asked, ['bread']);
      if (reply !== undefined) obeyed++;
      return reply;
    });
    service = await TestService.start({
      OPENAI_BASE_URL: await llm.listen(),
      OPENAI_API_KEY: 'k',
      RETRY_DELAY_SECONDS: '0.01',
    });
  });
  afterAll(async () => {
    await service?.stop();
    await llm?.close();
  });

  it('has none of them among its tags, applied or suggested, on any page', async () => {
    const wiki = await makeWiki(service, poisonedPages());
    const job = await runToEnd(service, wiki, ONE_CLUSTER_A_TOPIC);
    expect(job.status).toBe('completed');
    const pages = await exportOf(service, wiki);
    const given = pages.flatMap(({ tags }) => tags.filter(({ source }) => source !== 'human').map(({ tag }) => tag));
    expect(given.filter((tag) => !GOOD.has(fold(tag)))).toEqual([]);
    // the test would show nothing without orders that reached the model, and without tags
    expect(obeyed).toBeGreaterThan(CARRIERS.length / 2);
    expect(given.length).toBeGreaterThan(pages.length / 2);
  }, 120_000);
});
