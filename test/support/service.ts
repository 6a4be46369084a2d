import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DataFolder, dataFolder } from './data-folder.js';
import { endProcess } from './processes.js';

const DIST = fileURLToPath(new URL('../../src/', import.meta.url)); // dist/src, seen from dist/test/support
const KEY = 'a-key-for-the-tests';

export interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

/** The service as a real process of its own, answering on loopback. */
export class TestService {
  /** When the process is gone, however that came. */
  readonly end: Promise<void>;

  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    private readonly folder: DataFolder | undefined,
    private readonly log: () => string,
  ) {
    this.end = new Promise((resolve) => child.once('exit', () => resolve()));
    if (this.ended) throw new Error(`the service ended as soon as it was up:\n${log()}`);
  }

  /** Starts dist/src/ENTRY.js; without DATABASE_URL in `env` it gets a data folder of its own. */
  static async start(env: NodeJS.ProcessEnv = {}, entry = 'main'): Promise<TestService> {
    const folder = env.DATABASE_URL === undefined && env.DATA_DIR === undefined ? dataFolder() : undefined;
    const child = spawn(
      process.execPath,
      ['--enable-source-maps', '--initial-old-space-size=64', '--heap-growing-percent=30', join(DIST, `${entry}.js`)],
      {
        env: {
          PATH: process.env['PATH'],
          HOME: process.env['HOME'],
          PORT: '0',
          LOG_LEVEL: 'info',
          API_KEYS: KEY,
          DATA_DIR: folder?.path,
          ...env,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let log = '';
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      log += text; // the service has nothing to say there: whatever comes is to be seen
    });
    const url = await new Promise<string>((resolve, reject) => {
      child.stderr!.setEncoding('utf8').on('data', (text: string) => {
        log += text;
        const found = /API and docs\s+(http:\S+)\/docs/.exec(log)?.[1];
        if (found !== undefined) resolve(found);
        else if ((entry === 'worker' || entry === 'gpu') && log.includes('takes runs')) resolve('');
      });
      child.once('exit', (code, signal) => reject(new Error(`the service ended with ${code ?? signal}:\n${log}`)));
    });
    return new TestService(child, url, folder, () => log);
  }

  get pid(): number {
    return this.child.pid!;
  }

  get ended(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  get logged(): string {
    return this.log();
  }

  /** The header of a key that may do everything. */
  get authorization(): string {
    return `Bearer ${KEY}`;
  }

  async request<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const raw = typeof body === 'string' || body instanceof Uint8Array;
    const response = await fetch(this.url + path, {
      method,
      headers: {
        authorization: this.authorization,
        ...(body === undefined || raw ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : raw ? (body as string) : JSON.stringify(body),
    });
    const text = await response.text();
    const isJson =
      /json$|json;/.test(response.headers.get('content-type') ?? '') &&
      !(response.headers.get('content-type') ?? '').includes('ndjson');
    return { status: response.status, headers: response.headers, body: (isJson ? JSON.parse(text) : text) as T };
  }

  get<T = Record<string, unknown>>(path: string): Promise<Answer<T>> {
    return this.request<T>('GET', path);
  }

  post<T = Record<string, unknown>>(
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer<T>> {
    return this.request<T>('POST', path, body, headers);
  }

  /** kill -9. */
  async kill(): Promise<void> {
    await endProcess(this.child, 'SIGKILL');
  }

  /** Asks it to stop, and takes its data folder away where it was its own. */
  async stop(): Promise<void> {
    await endProcess(this.child, 'SIGTERM');
    this.folder?.remove();
  }
}
