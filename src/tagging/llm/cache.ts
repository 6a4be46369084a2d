import { createHash } from 'node:crypto';
import { SCHEMA_VERSION } from './answer.js';
import { type Prompt } from './prompt.js';

/** Where paid answers are kept. Given from outside: tagging knows no database. */
export interface AnswerCache {
  /** The stored answer, or undefined. */
  get(hash: Buffer): Promise<unknown>;
  /** Resolves when the answer is safely stored, in place of an older one under the same hash. */
  put(hash: Buffer, model: string, answer: unknown): Promise<void>;
}

/** Nest injection token of the `AnswerCache`. */
export const ANSWER_CACHE = Symbol('ANSWER_CACHE');

/** SHA-256 over all that an answer depends on: model, whole prompt, version of the answer's schema. */
export function answerHash(model: string, prompt: Prompt): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([SCHEMA_VERSION, model, prompt.system, prompt.user]))
    .digest();
}
