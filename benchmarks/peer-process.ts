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

/** A Python library that clusters the same vectors, loaded and warm, in a process of its own. */
export class PeerProcess {
  private constructor(
    private readonly child: ChildProcessByStdio<Writable, Readable, null>,
    private readonly lines: AsyncIterator<string>,
  ) {}

  /** Starts the driver of that name in peers.py and makes its first call; a string says why it cannot run here. */
  static async start(driver: string, file: string, dims: number): Promise<PeerProcess | string> {
    const child = spawn(PYTHON, [PEERS, driver, file, String(dims)], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: plainEnvironment(),
    });
    const failed = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(`${PYTHON}: ${error.message}`));
    });
    const peer = new PeerProcess(child, createInterface({ input: child.stdout })[Symbol.asyncIterator]());
    const first = await Promise.race([failed, peer.answer<{ unavailable?: string }>().catch(() => 'it broke down')]);
    if (typeof first === 'string') return first;
    return first.unavailable ?? peer;
  }

  run(): Promise<PeerRun> {
    this.child.stdin.write('\n');
    return this.answer<PeerRun>();
  }

  stop(): void {
    this.child.stdin.end();
  }

  private async answer<T>(): Promise<T> {
    const { done, value } = await this.lines.next();
    if (done) throw new Error('the peer ended without an answer: out of memory?');
    return JSON.parse(value) as T;
  }
}
