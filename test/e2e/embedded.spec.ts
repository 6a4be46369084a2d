import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect } from '@jest/globals';
import { EmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.js';
import { orphans } from '../support/orphans.js';
import { TestService } from '../support/service.js';
import { badInputIsRefused } from './bad-input.case.js';
import { jobsKeepTheirPromises } from './jobs.case.js';
import { everythingIsDocumented } from './openapi.case.js';
import { wikisOfAllKinds } from './wikis.case.js';

describe('the service on its embedded PostgreSQL, queue included', () => {
  let service: TestService;
  let databaseUrl: string;
  let folder: string;
  let attached: EmbeddedPostgres;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wikitag-e2e-'));
    service = await TestService.start({ DATA_DIR: folder, TAGGER: 'keywords' });
    attached = await EmbeddedPostgres.start(folder);
    databaseUrl = attached.url;
  });
  afterAll(async () => {
    await attached?.leave();
    await service?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(async () => {
    expect(await orphans(databaseUrl)).toEqual([]);
  });

  describe('wikis of all kinds', () => wikisOfAllKinds(() => service));
  describe('job routes', () => jobsKeepTheirPromises(() => service));
  describe('documentation', () => everythingIsDocumented(() => service));
  describe('bad input', () =>
    badInputIsRefused(
      () => service,
      () => databaseUrl,
    ));
});
