import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { PYTHON, plainEnvironment } from './kernel.js';

const PEERS = fileURLToPath(new URL('../../benchmarks/peers.py', import.meta.url)); // from dist/benchmarks

export interface PeerRun {
  readonly seconds: number;
  readonly labels: readonly number[];
  readonly peak_mb: number;
}

/** The work's result, or undefined where it takes longer than `seconds`; it is then told to stop. */
async function within<T>(seconds: number, work: Promise<T>, stop: () => void): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => {
      stop();
      resolve(undefined);
    }, seconds * 1000);
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined); // the end of a process that was stopped
  }
}

/** A Python library that clusters the same vectors, loaded and warm, in a process of its own. */
export class PeerProcess {
  private readonly kill = () => this.child.kill('SIGKILL');

  private constructor(
    private readonly child: ChildProcessByStdio<Writable, Readable, null>,
    private readonly lines: AsyncIterator<string>,
    private readonly limit: number,
  ) {
    process.once('exit', this.kill); // where the benchmark is broken off
  }

  /**
   * Starts the driver of that name in peers.py and makes its first call; a string says why it cannot run here.
   * @param limit seconds that a call may take, the first one too
   */
  static async start(driver: string, file: string, dims: number, limit: number): Promise<PeerProcess | string> {
    const child = spawn(PYTHON, [PEERS, driver, file, String(dims)], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: plainEnvironment(),
    });
    const failed = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(`${PYTHON}: ${error.message}`));
    });
    const peer = new PeerProcess(child, createInterface({ input: child.stdout })[Symbol.asyncIterator](), limit);
    const answer = peer.answer<{ unavailable?: string }>().catch(() => 'it broke down');
    const first = await within(limit, Promise.race([failed, answer]), peer.kill);
    const missing = typeof first === 'object' ? first.unavailable : (first ?? `its first call took over ${limit} s`);
    if (missing === undefined) return peer;
    peer.stop();
    return missing;
  }

  /** One call; undefined where it took longer than the limit: the process is gone then. */
  run(): Promise<PeerRun | undefined> {
    this.child.stdin.write('\n');
    return within(this.limit, this.answer<PeerRun>(), this.kill);
  }

  stop(): void {
    process.off('exit', this.kill);
    this.child.stdin.end();
  }

  private async answer<T>(): Promise<T> {
    const { done, value } = await this.lines.next();
    if (done) throw new Error('the peer ended without an answer: out of memory?');
    return JSON.parse(value) as T;
  }
}
