import { type DynamicModule, Module } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { createTagger } from './create.js';
import { ANSWER_CACHE, type AnswerCache } from './llm/cache.js';

/** Nest injection token of the `Tagger`. */
export const TAGGER = Symbol('TAGGER');

/** Provides the configured `Tagger` under the token TAGGER. */
@Module({})
export class TaggingModule {
  /** @param imports modules of which one exports an `AnswerCache` under ANSWER_CACHE: tagging itself knows no database */
  static forRoot(imports: NonNullable<DynamicModule['imports']>): DynamicModule {
    return {
      module: TaggingModule,
      imports,
      providers: [
        {
          provide: TAGGER,
          inject: [CONFIG, ANSWER_CACHE],
          useFactory: (config: Config, cache: AnswerCache) => createTagger(config, { cache }),
        },
      ],
      exports: [TAGGER],
    };
  }
}
