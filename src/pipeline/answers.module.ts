import { Module } from '@nestjs/common';
import { ANSWER_CACHE } from '../tagging/llm/cache.js';
import { StoredAnswers } from './answer-cache.js';

@Module({
  providers: [{ provide: ANSWER_CACHE, useClass: StoredAnswers }],
  exports: [ANSWER_CACHE],
})
export class AnswersModule {}
