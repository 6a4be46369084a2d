import { Module } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { createEmbedder } from './create.js';

/** Nest injection token of the `Embedder`. */
export const EMBEDDER = Symbol('EMBEDDER');

/** Provides the configured `Embedder` under the token EMBEDDER. */
@Module({
  providers: [{ provide: EMBEDDER, inject: [CONFIG], useFactory: (config: Config) => createEmbedder(config) }],
  exports: [EMBEDDER],
})
export class EmbeddingModule {}
