import { describe } from '@jest/globals';
import { queueContract } from '../contracts/queue.case.js';
import { testDatabase } from '../support/postgres.js';
import { noRedis, testRedis } from '../support/redis.js';

(noRedis ? describe.skip : describe)(`the queue on Redis (${noRedis ?? 'default settings'})`, () => {
  queueContract(async () => {
    const [database, redis] = await Promise.all([testDatabase(), testRedis()]);
    return {
      env: { API_KEYS: 'a-key-for-tests', DATABASE_URL: database.url, REDIS_URL: redis.url },
      close: async () => {
        await redis.close();
        await database.close();
      },
    };
  });
});
