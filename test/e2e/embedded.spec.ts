import { afterAll, afterEach, beforeAll, describe, expect } from '@jest/globals';
import { EmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.js';
import { type DataFolder, dataFolder } from '../support/data-folder.js';
import { orphans } from '../support/orphans.js';
import { TestService } from '../support/service.js';
import { badInputIsRefused } from './bad-input.case.js';
import { noRequestBreaksIt } from './fuzz.case.js';
import { jobsKeepTheirPromises } from './jobs.case.js';
import { everythingIsDocumented } from './openapi.case.js';
import { operatorsSeeWhatHappens } from './operations.case.js';
import { wikisOfAllKinds } from './wikis.case.js';

describe('the service on its embedded PostgreSQL, queue included', () => {
  let service: TestService;
  let databaseUrl: string;
  let folder: DataFolder;
  let attached: EmbeddedPostgres;

  beforeAll(async () => {
    folder = dataFolder();
    service = await TestService.start({ DATA_DIR: folder.path, TAGGER: 'keywords' });
    attached = await EmbeddedPostgres.start(folder.path);
    databaseUrl = attached.url;
  });
  afterAll(async () => {
    await attached?.leave();
    await service?.stop();
    folder.remove();
  });
  afterEach(async () => {
    expect(await orphans(databaseUrl)).toEqual([]);
  });

  describe('wikis of all kinds', () => wikisOfAllKinds(() => service));
  describe('job routes', () => jobsKeepTheirPromises(() => service));
  describe('operations', () => operatorsSeeWhatHappens(() => service));
  describe('made-up requests', () => noRequestBreaksIt(() => service));
  describe('documentation', () => everythingIsDocumented(() => service));
  describe('bad input', () =>
    badInputIsRefused(
      () => service,
      () => databaseUrl,
    ));
});
