import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestService } from '../../test/support/service.js';

interface Sample {
  /** When it was asked, performance.now(). */
  readonly at: number;
  readonly ms: number;
  readonly failed: boolean;
}

export interface Latencies {
  readonly requests: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
  /** Answers other than 2xx, and requests without an answer. */
  readonly errors: number;
}

const EVERY_MS = 1000;

/** Clients that each look at the state of a run once a second, each at its own moment, as browsers do. */
export class Pollers {
  private readonly samples: Sample[] = [];
  private readonly stopping = new AbortController();
  private readonly clients: Promise<void>[];

  constructor(
    private readonly service: TestService,
    paths: readonly string[],
    clients: number,
  ) {
    setMaxListeners(0, this.stopping.signal); // a pause each client
    this.clients = Array.from({ length: clients }, (_, i) =>
      this.poll(paths[i % paths.length]!, (i * EVERY_MS) / clients),
    );
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.clients);
  }

  /** Latencies of what was asked between two moments (performance.now()). */
  between(from: number, to: number): Latencies {
    const some = this.samples.filter(({ at }) => at >= from && at <= to);
    const sorted = some.map(({ ms }) => ms).sort((a, b) => a - b);
    const at = (share: number) =>
      Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
    return {
      requests: some.length,
      p50: at(0.5),
      p95: at(0.95),
      p99: at(0.99),
      max: at(1),
      errors: some.filter(({ failed }) => failed).length,
    };
  }

  private async poll(path: string, phaseMs: number): Promise<void> {
    const { signal } = this.stopping;
    const pause = (ms: number) => sleep(ms, undefined, { signal }).catch(() => undefined);
    await pause(phaseMs);
    while (!signal.aborted) {
      const at = performance.now();
      const status = await this.service.get(path).then(
        (answer) => answer.status,
        () => 0,
      );
      const ms = performance.now() - at;
      this.samples.push({ at, ms, failed: status !== 200 });
      await pause(Math.max(0, EVERY_MS - ms));
    }
  }
}
