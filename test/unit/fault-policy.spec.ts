import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { APIConnectionError, APIError } from 'openai';
import { InvalidClusteringInput, NotEnoughMemory } from '../../src/clustering/errors.js';
import { databaseProblem } from '../../src/database/problem.js';
import { EmbeddingError } from '../../src/embedding/errors.js';
import { verdictOn } from '../../src/pipeline/fault-policy.js';
import { FencedOff, RunCancelled, RunFailed, RunTimedOut, ShutDown } from '../../src/pipeline/faults.js';
import { answerFault, TimeoutError, toTaggingError } from '../../src/tagging/llm/faults.js';

const ROOT = new URL('../../../', import.meta.url); // from dist/test/unit
const SECRET = 'INSERT INTO pages of a secret wiki';

/** As TypeORM throws it. */
const sql = (code: string) =>
  Object.assign(new Error(SECRET), {
    query: SECRET,
    driverError: Object.assign(new Error(SECRET), { code, severity: 'ERROR' }),
  });
/** As a connection attempt throws it. */
const system = (code: string) => Object.assign(new Error(`connect ${code}`), { code });
const llm = (status: number, code?: string) =>
  toTaggingError(APIError.generate(status, { error: { code, message: 'm' } }, 'm', new Headers()), 1);

/** Errors of each fault that the documentation lists. */
const EXAMPLES: Readonly<Record<string, readonly unknown[]>> = {
  'database restarted, connections cut, starting up': [
    ...['57P01', '57P02', '57P03', '08006', '08001'].map(sql),
    ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE'].map(system),
    new Error('Connection terminated unexpectedly'),
  ],
  'database read-only': [sql('25006')],
  'disk of the database full': [sql('53100')],
  'too many connections, or no connection free': [sql('53300'), new Error('timeout exceeded when trying to connect')],
  'PostgreSQL out of memory, a timeout of its own, unreadable files': ['53200', '57014', '55P03', '25P03', '58030'].map(
    sql,
  ),
  'serialization failure, deadlock': ['40001', '40P01'].map(sql),
  'a statement that PostgreSQL refuses': ['22P02', '23505', '42703', 'XX001'].map(sql),
  'clustering fails (out of memory, bad vectors)': [
    new NotEnoughMemory('m'),
    new InvalidClusteringInput('not_finite', 'm'),
  ],
  'embedding server fails after its retries': [new EmbeddingError('transient', 'm')],
  'run longer than `PIPELINE_TIMEOUT_SECONDS`, waits included': [new RunTimedOut('m'), new RunFailed('m')],
  'LLM: 429, with `Retry-After` or without': [llm(429)],
  'LLM: 408, 409, 425, 5xx': [408, 409, 425, 500, 502, 503, 529].map((status) => llm(status)),
  'LLM: timeout, refused or broken connection': [
    toTaggingError(new TimeoutError(), 1),
    toTaggingError(new APIConnectionError({ cause: system('ECONNREFUSED') }), 1),
  ],
  'LLM: broken JSON, wrong schema, no usable tag': [answerFault('m')],
  'LLM: content filter, refusal, pages too long, bad request': [
    llm(400, 'content_filter'),
    llm(400, 'context_length_exceeded'),
    llm(400),
  ],
  'LLM: budget used up, wrong key, no such model': [
    llm(429, 'insufficient_quota'),
    llm(402),
    llm(401),
    llm(404, 'model_not_found'),
  ],
  cancelled: [new RunCancelled('m')],
  'process asked to end (SIGTERM)': [new ShutDown('m')],
  'claim lost to another worker': [new FencedOff('m')],
};

const block = /<!-- faults:[^>]*-->([\s\S]*)<!-- \/faults -->/.exec(
  readFileSync(new URL('docs/error-handling.md', ROOT), 'utf8'),
)![1]!;
const documented = [...block.matchAll(/^\| (.+?) +\| `([\w ]+)` +\| .+? +\| `(.+?)` +\|$/gm)].map(
  ([, fault, outcome, test]) => ({ fault: fault!, outcome: outcome!, test: test! }),
);

describe('the fault policy', () => {
  it('has the faults of docs/error-handling.md, and no other', () => {
    expect(documented.map(({ fault }) => fault)).toEqual(Object.keys(EXAMPLES));
  });

  it.each(documented)('$fault: $outcome, as documented, with a test that exists', ({ fault, outcome, test }) => {
    expect(EXAMPLES[fault]!.map((error) => verdictOn(error).outcome)).toEqual(EXAMPLES[fault]!.map(() => outcome));
    expect(existsSync(new URL(test, ROOT))).toBe(true);
  });

  it('shows people no SQL and no data of a database error', () => {
    for (const error of Object.values(EXAMPLES).flat()) {
      expect(verdictOn(error).reason).not.toContain(SECRET);
      expect(databaseProblem(error)?.detail ?? '').not.toContain(SECRET);
    }
  });

  it('answers 503 for what passes, and lets no bug look like it', () => {
    for (const code of ['25006', '53100', '53300', '40P01', '57P01'])
      expect(databaseProblem(sql(code))).toMatchObject({ code: 'not_ready' });
    for (const error of [sql('42703'), new Error('a bug'), undefined, new TypeError('x is not a function')])
      expect(databaseProblem(error)).toBeUndefined();
  });
});
