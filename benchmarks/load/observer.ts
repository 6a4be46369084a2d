import { readFileSync } from 'node:fs';
import type { TestService } from '../../test/support/service.js';

export type Look = {
  readonly seconds: number;
  readonly memoryMb: number;
  readonly queued: number;
  readonly processing: number;
};

/** Resident memory of the service's process, in MB. */
export const memoryOf = (pid: number): number =>
  Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024);

/** Looks every second at the memory of the service and at how many runs wait and are worked on. */
export class Observer {
  readonly looks: Look[] = [];
  private readonly started = performance.now();
  private timer: NodeJS.Timeout | undefined;
  private last: Promise<void> = Promise.resolve();

  constructor(private readonly service: TestService) {
    this.last = this.look();
  }

  async stop(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.last;
    clearTimeout(this.timer);
  }

  private async look(): Promise<void> {
    const { body } = await this.service.get<string>('/metrics');
    const runs = (status: string) =>
      Number(new RegExp(`^wikitag_runs\\{status="${status}"\\} (\\d+)`, 'm').exec(body)?.[1] ?? 0);
    this.looks.push({
      seconds: Math.round((performance.now() - this.started) / 100) / 10,
      memoryMb: memoryOf(this.service.pid),
      queued: runs('queued'),
      processing: runs('processing'),
    });
    this.timer = setTimeout(() => {
      this.last = this.look();
    }, 1000);
  }
}
