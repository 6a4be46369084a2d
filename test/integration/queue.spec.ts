import { describe } from '@jest/globals';
import { queueContract } from '../contracts/queue.case.js';
import { noDebianPostgres, testDatabase } from '../support/postgres.js';
import { noRedis, testRedis } from '../support/redis.js';

const KEYS = { API_KEYS: 'a-key-for-tests' };

describe('the queue on the embedded PostgreSQL', () => {
  queueContract(async () => {
    const database = await testDatabase();
    return { env: { ...KEYS, DATABASE_URL: database.url }, close: database.close };
  });
});

(noDebianPostgres ? describe.skip : describe)(`the queue on PostgreSQL 15 ${noDebianPostgres ?? ''}`, () => {
  queueContract(async () => {
    const database = await testDatabase('debian15');
    return { env: { ...KEYS, DATABASE_URL: database.url }, close: database.close };
  });
});

(noRedis ? describe.skip : describe)(`the queue on Redis ${noRedis ?? ''}`, () => {
  queueContract(async () => {
    const [database, redis] = await Promise.all([testDatabase(), testRedis()]);
    const close = async () => {
      await redis.close();
      await database.close();
    };
    return { env: { ...KEYS, DATABASE_URL: database.url, REDIS_URL: redis.url }, close };
  });
});
