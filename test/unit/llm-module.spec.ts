import { describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { readConfig } from '../../src/config/config.js';
import { ConfigModule } from '../../src/config/config.module.js';
import { ANSWER_CACHE } from '../../src/tagging/llm/cache.js';
import { TAGGER, TaggingModule } from '../../src/tagging/tagging.module.js';
import { type Tagger } from '../../src/tagging/types.js';
import { FakeOpenAi } from '../support/fake-openai.js';
import { MemoryCache, smallCorpus } from '../support/tagging.js';

const cache = new MemoryCache();

@Module({ providers: [{ provide: ANSWER_CACHE, useValue: cache }], exports: [ANSWER_CACHE] })
class CacheModule {}

async function taggerOf(env: Record<string, string>): Promise<Tagger> {
  const modules = [ConfigModule.forRoot(readConfig(env)), TaggingModule.forRoot([CacheModule])];
  const app = await NestFactory.createApplicationContext(
    { module: class Root {}, imports: modules },
    { logger: false },
  );
  return app.get<Tagger>(TAGGER);
}

describe('TaggingModule', () => {
  it('gives keywords where no LLM is configured', async () => {
    expect((await taggerOf({})).name).toBe('keywords');
  });

  it('gives the llm where a base URL is, wired to the configuration and the cache', async () => {
    const fake = new FakeOpenAi(({ time }) => (time <= 2 ? { status: 500 } : undefined));
    const tagger = await taggerOf({
      OPENAI_BASE_URL: await fake.listen(),
      OPENAI_API_KEY: 'sk-of-the-config',
      TAG_MODEL: 'the-model',
      MAX_CLUSTER_RETRIES: '2',
      RETRY_DELAY_SECONDS: '0.001',
    });
    const corpus = smallCorpus();
    const session = await tagger.prepare(corpus);
    await session.tag(corpus.groups[0]);
    await session.close();
    await fake.close();
    expect(tagger.name).toBe('llm');
    expect(fake.asked.map(({ body, authorization }) => [body.model, authorization])).toEqual(
      Array(3).fill(['the-model', 'Bearer sk-of-the-config']),
    );
    expect(cache.answers.size).toBe(1);
  });
});
