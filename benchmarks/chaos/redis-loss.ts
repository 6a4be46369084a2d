import { setTimeout as sleep } from 'node:timers/promises';
import { runStates } from './recovery.js';
import { startRun, VARIANTS } from './wikis.js';
import { World } from './world.js';

/** Runs under way; in the middle of them Redis is emptied, killed and started again. Gives how each run ended. */
export async function redisLoss(
  count: number,
  say: (line: string) => void,
): Promise<{ completed: number; seconds: number }> {
  const world = await World.start('redis');
  const started = Date.now();
  try {
    const runs = await Promise.all(Array.from({ length: count }, (_, i) => startRun(world, i % VARIANTS.length)));
    for (const run of runs.slice(0, 3)) await underWay(world, run.jobId);
    await world.redis!.flush();
    await world.redis!.kill();
    say('Redis emptied and killed');
    await world.redis!.restart();
    for (;;) {
      const states = (await runStates(world)) ?? [];
      const ended = states.filter((s) => !['queued', 'processing'].includes(s.status));
      if (ended.length >= runs.length)
        return {
          completed: ended.filter((s) => s.status === 'completed').length,
          seconds: (Date.now() - started) / 1000,
        };
      await sleep(250);
    }
  } finally {
    await world.close();
  }
}

async function underWay(world: World, jobId: string): Promise<void> {
  for (;;) {
    const state = (await runStates(world))?.find((s) => s.job_id === jobId);
    if (state !== undefined && state.status !== 'queued') return;
    await sleep(50);
  }
}
