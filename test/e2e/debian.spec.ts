import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { orphans } from '../support/orphans.js';
import { noDebianPostgres, type TestDatabase, testDatabase } from '../support/postgres.js';
import { noRedis, type TestRedis, testRedis } from '../support/redis.js';
import { TestService } from '../support/service.js';
import { badInputIsRefused } from './bad-input.case.js';
import { jobsKeepTheirPromises } from './jobs.case.js';
import { everythingIsDocumented } from './openapi.case.js';
import { operatorsSeeWhatHappens } from './operations.case.js';
import { wikisOfAllKinds } from './wikis.case.js';

const missing = noDebianPostgres ?? noRedis;

if (missing !== undefined) {
  describe('the service on servers of its own', () => {
    it.skip(`not run: ${missing}`, () => undefined);
  });
} else {
  describe('the service on Debian’s PostgreSQL 15 and Redis', () => {
    let service: TestService;
    let database: TestDatabase;
    let redis: TestRedis;

    beforeAll(async () => {
      [database, redis] = await Promise.all([testDatabase('debian15'), testRedis()]);
      service = await TestService.start({ DATABASE_URL: database.url, REDIS_URL: redis.url, TAGGER: 'keywords' });
    });
    afterAll(async () => {
      await service?.stop();
      await redis?.close();
      await database?.close();
    });
    afterEach(async () => {
      expect(await orphans(database.url)).toEqual([]);
    });

    describe('wikis of all kinds', () => wikisOfAllKinds(() => service));
    describe('job routes', () => jobsKeepTheirPromises(() => service));
    describe('operations', () => operatorsSeeWhatHappens(() => service));
    describe('documentation', () => everythingIsDocumented(() => service));
    describe('bad input', () =>
      badInputIsRefused(
        () => service,
        () => database.url,
      ));
  });
}
