import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { guardedRoutes, readDocument } from '../../support/api-document.js';
import { badRequests } from '../../support/bad-requests.js';
import { topicPages } from '../../support/made-pages.js';
import { type TestDatabase, testDatabase } from '../../support/postgres.js';
import { rowCounts } from '../../support/rows.js';
import { TestService } from '../../support/service.js';
import { makeWiki, runToEnd } from '../../support/wiki-client.js';

/** FUZZ_REQUESTS=10000 npm test -- bad-requests   for the figure in docs/access.md */
const REQUESTS = Number(process.env['FUZZ_REQUESTS'] ?? 1_500);
const SEED = Number(process.env['FUZZ_SEED'] ?? 11);
const AT_ONCE = 8;

describe('bad requests made from the OpenAPI document', () => {
  let service: TestService;
  let database: TestDatabase;

  beforeAll(async () => {
    database = await testDatabase();
    service = await TestService.start({ DATABASE_URL: database.url, TAGGER: 'keywords', RATE_LIMIT_PER_MINUTE: '0' });
  });
  afterAll(async () => {
    await service?.stop();
    await database?.close();
  });

  it(`${REQUESTS} of them: no 5xx, no unhandled rejection, nothing stored`, async () => {
    const wiki = await makeWiki(service, topicPages(20, 2));
    const { job_id } = await runToEnd(service, wiki);
    const document = await readDocument(service);
    const requests = badRequests(guardedRoutes(document), document, { wiki_id: wiki, job_id, cluster_id: 0 });
    const before = await rowCounts(database.url);
    const statuses = new Map<number, number>();
    const wrong: string[] = [];
    const send = async ({ what, method, path, body, headers }: (typeof made)[number]) => {
      const answer = await service.request(method, path, body, headers).catch((error: Error) => {
        throw new Error(`no answer to ${what}: ${method} ${path.slice(0, 200)} ${body?.slice(0, 200)}`, {
          cause: error,
        });
      });
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      // an upload rejects its bad pages one by one; a list may take a made-up cursor for one of its own
      const refused = answer.status >= 400 && answer.status < 500;
      const harmless = answer.status === 200 && (method === 'GET' || answer.body['created'] === 0);
      if (!refused && !harmless)
        wrong.push(`${answer.status} ${what}: ${method} ${path.slice(0, 200)} ${body?.slice(0, 200)}`);
    };
    const made = fc.sample(requests, { numRuns: REQUESTS, seed: SEED });
    for (let from = 0; from < made.length; from += AT_ONCE)
      await Promise.all(made.slice(from, from + AT_ONCE).map(send));
    process.stdout.write(
      `${made.length} bad requests, seed ${SEED}: ${JSON.stringify(Object.fromEntries(statuses))}\n`,
    );
    expect(wrong).toEqual([]);
    expect(await rowCounts(database.url)).toEqual(before);
    expect(service.logged).not.toMatch(/unhandled|ProblemFilter/i);
    expect((statuses.get(200) ?? 0) / made.length).toBeLessThan(0.1);
    expect((await service.get('/health/ready')).status).toBe(200);
  }, 600_000);
});
