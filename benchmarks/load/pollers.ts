import autocannon from 'autocannon';

interface Sample {
  /** When the answer came, performance.now(). */
  readonly at: number;
  readonly ms: number;
  readonly status: number;
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

/** Clients that each look at the state of a run again and again, about once a second. */
export class Pollers {
  private readonly samples: Sample[] = [];
  private unanswered = 0;
  private instance!: autocannon.Instance;
  private readonly ended: Promise<void>;

  constructor(
    url: string,
    paths: readonly string[],
    headers: Record<string, string>,
    clients: number,
    seconds: number,
  ) {
    const options = {
      url,
      connections: clients,
      overallRate: clients,
      duration: seconds,
      timeout: 30,
      requests: paths.map((path) => ({ method: 'GET' as const, path, headers })),
    };
    this.ended = new Promise((resolve) => {
      this.instance = autocannon(options, () => resolve());
    });
    this.instance.on('response', (_client, status, _bytes, ms) => {
      this.samples.push({ at: performance.now(), ms, status });
    });
    this.instance.on('reqError', () => this.unanswered++);
  }

  async stop(): Promise<void> {
    this.instance.stop();
    await this.ended;
  }

  /** Latencies of the answers that came between two moments (performance.now()). */
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
      errors: some.filter(({ status }) => status >= 300).length + this.unanswered,
    };
  }
}
