import { describe } from '@jest/globals';
import { queueContract } from '../contracts/queue.case.js';
import { noDebianPostgres, testDatabase } from '../support/postgres.js';

const KINDS = [
  ['embedded', undefined],
  ['debian15', noDebianPostgres],
] as const;

for (const [kind, missing] of KINDS) {
  (missing ? describe.skip : describe)(`the queue on PostgreSQL (${missing ?? kind})`, () => {
    queueContract(async () => {
      const database = await testDatabase(kind);
      return { env: { API_KEYS: 'a-key-for-tests', DATABASE_URL: database.url }, close: database.close };
    });
  });
}
