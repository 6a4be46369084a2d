import { expect, it } from '@jest/globals';
import { keepAlive } from '../../src/pipeline/keep-alive.js';
import type { Run } from '../../src/pipeline/run.js';
import type { RunRepository } from '../../src/pipeline/run.repository.js';

it('a run that gets nowhere for PIPELINE_TIMEOUT_SECONDS fails with what held it up', () => {
  const setback = 'Not possible for now: the disk of the database is full.';
  const run = { job_id: 'r', started_at: new Date(Date.now() - 61_000), setback } as Run;
  const { signal, stop } = keepAlive({} as RunRepository, run, 60, new AbortController().signal);
  stop();
  expect(signal.reason).toMatchObject({ name: 'RunTimedOut' });
  expect((signal.reason as Error).message).toMatch(/PIPELINE_TIMEOUT_SECONDS \(60\)\. What held it up: .*disk.*resume/);
});
