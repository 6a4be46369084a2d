import { setTimeout as sleep } from 'node:timers/promises';
import { numbers } from '../../test/support/made-pages.js';
import { recovery } from './recovery.js';
import type { World } from './world.js';

/** A frozen worker comes back after its lease of 10 s is over: its late writes must be refused. */
const FREEZE_MS = 14_000;

/** Kills processes at moments that the seed decides, and starts them again. */
export class Disturber {
  /** How often each victim was killed. */
  readonly kills: Record<string, number> = {};
  frozen = 0;
  /** Milliseconds until all was well again, a kill each; undefined: not within two minutes. */
  readonly recoveries: Promise<number | undefined>[] = [];
  private readonly next: () => number;
  private stopped = false;
  /** What is down or frozen, and the way back up. */
  private readonly away = new Map<string, Promise<void>>();

  constructor(
    private readonly world: World,
    seed: number,
    private readonly everyMs: number,
  ) {
    this.next = numbers(seed);
  }

  get total(): number {
    return Object.values(this.kills).reduce((sum, n) => sum + n, 0);
  }

  /** Until `kills` are done, or `stop`, and all is up again. What is down or frozen already is left alone. */
  async disturb(kills: number): Promise<void> {
    while (this.total < kills && !this.stopped) {
      await sleep(-Math.log(1 - this.next()) * this.everyMs); // exponential: no rhythm that the service could fall into
      const { world } = this;
      const all = [...world.services, 'postgres', ...(world.redis ? ['redis'] : [])];
      const victims = all.filter((name) => !this.away.has(name));
      const victim = victims[Math.floor(this.next() * victims.length)];
      const freezes = this.next() < 0.05;
      const down = this.next() * 2000;
      if (victim === undefined) continue;
      const work = freezes && victim.startsWith('worker') ? this.freeze(victim) : this.strike(victim, down);
      this.away.set(
        victim,
        work.finally(() => this.away.delete(victim)),
      );
    }
    await Promise.all(this.away.values());
  }

  stop(): void {
    this.stopped = true;
  }

  private async strike(victim: string, downMs: number): Promise<void> {
    const { world } = this;
    const at = Date.now();
    if (victim === 'postgres') await world.postgres.kill();
    else if (victim === 'redis') await world.redis!.kill();
    else if (!(await world.kill(victim))) return;
    this.kills[victim] = (this.kills[victim] ?? 0) + 1;
    this.recoveries.push(recovery(world, at));
    await sleep(downMs);
    if (victim === 'postgres') await world.postgres.restart();
    else if (victim === 'redis') await world.redis!.restart();
    else await world.up(victim);
  }

  /** SIGSTOP: a process that is alive and does nothing, as on a machine that swaps. */
  private async freeze(worker: string): Promise<void> {
    const pid = this.world.pid(worker);
    if (pid === undefined) return;
    this.frozen++;
    process.kill(pid, 'SIGSTOP');
    await sleep(FREEZE_MS);
    if (this.world.pid(worker) === pid) process.kill(pid, 'SIGCONT');
  }
}
