import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { rows } from '../database/rows.js';
import type { AnswerCache } from '../tagging/llm/cache.js';

/** Paid LLM answers, kept in PostgreSQL for as long as the database lives. */
@Injectable()
export class StoredAnswers implements AnswerCache {
  constructor(private readonly db: DataSource) {}

  async get(hash: Buffer): Promise<unknown> {
    const [found] = await rows<{ answer: unknown }>(this.db, 'SELECT answer FROM llm_answers WHERE hash = $1', [hash]);
    return found?.answer;
  }

  async put(hash: Buffer, model: string, answer: unknown): Promise<void> {
    await rows(
      this.db,
      'INSERT INTO llm_answers (hash, model, answer) VALUES ($1, $2, $3) ON CONFLICT (hash) DO UPDATE SET answer = excluded.answer, model = excluded.model',
      [hash, model, JSON.stringify(answer)],
    );
  }
}
