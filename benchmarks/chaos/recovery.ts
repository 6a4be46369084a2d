import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from './database.js';
import type { World } from './world.js';

interface RunState {
  readonly job_id: string;
  readonly status: string;
  readonly stage: string;
  readonly beat: number | null;
}

/** Runs as their rows stand, or undefined while the database is away. */
export async function runStates(world: World): Promise<RunState[] | undefined> {
  try {
    return await ask<RunState>(
      world.postgres.url,
      'SELECT job_id, status, stage, (extract(epoch FROM heartbeat_at) * 1000)::float8 AS beat FROM runs',
    );
  } catch {
    return undefined;
  }
}

const UNFINISHED = ['queued', 'processing'];

/**
 * Milliseconds from `since` until all is well again by itself: the API answers and every run that was unfinished then
 * has ended or shows a heartbeat of after it. Undefined where that takes longer than `patienceMs`.
 */
export async function recovery(world: World, since: number, patienceMs = 120_000): Promise<number | undefined> {
  let concerned: ReadonlySet<string> | undefined;
  while (Date.now() - since < patienceMs) {
    const states = await runStates(world);
    if (states !== undefined) {
      concerned ??= new Set(states.filter((s) => UNFINISHED.includes(s.status)).map((s) => s.job_id));
      const waiting = states.filter(
        (s) => concerned?.has(s.job_id) && UNFINISHED.includes(s.status) && (s.beat === null || s.beat <= since),
      );
      if (waiting.length === 0 && (await world.answers())) return Date.now() - since;
    }
    await sleep(250);
  }
  return undefined;
}
