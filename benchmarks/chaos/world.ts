import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../src/database/embedded/credentials.js';
import { type TestRedis, testRedis } from '../../test/support/redis.js';
import { type Answer, TestService } from '../../test/support/service.js';
import { NotingModel } from './language-model.js';
import { PostgresProcess } from './postgres-process.js';
import { Receiver } from './receiver.js';

export type QueueKind = 'postgres' | 'redis';

const LATENCY_MS = 150;
const SECRET = 'whsec_Y2hhb3MgY2hhb3MgY2hhb3MgY2hhb3M=';

/** The whole service as it is deployed: PostgreSQL, Redis where asked for, an API and two workers, each a process. */
export class World {
  readonly model = new NotingModel(LATENCY_MS);
  readonly receiver = new Receiver(SECRET);
  postgres!: PostgresProcess;
  redis: TestRedis | undefined;
  callbackUrl = '';
  private readonly processes = new Map<string, TestService>();
  private readonly killed = new WeakSet<TestService>();
  /** What processes last said that ended by themselves. */
  readonly endedByThemselves: string[] = [];
  private env: NodeJS.ProcessEnv = {};
  private apiPort = 0;

  private static readonly running = new Set<World>();

  /** Ends all processes that were started, also where a trial was interrupted. */
  static async closeAll(): Promise<void> {
    for (const world of World.running) await world.close();
  }

  static async start(queue: QueueKind): Promise<World> {
    const world = new World();
    World.running.add(world);
    world.postgres = await PostgresProcess.start();
    if (queue === 'redis') world.redis = await testRedis();
    world.callbackUrl = await world.receiver.listen();
    world.apiPort = await freePort();
    world.env = {
      DATABASE_URL: world.postgres.url,
      REDIS_URL: world.redis?.url,
      OPENAI_BASE_URL: await world.model.listen(),
      OPENAI_API_KEY: 'no-key',
      LLM_CONCURRENCY: '2',
      RETRY_DELAY_SECONDS: '0.2',
      WEBHOOK_SECRET: SECRET,
      WEBHOOK_ALLOWED_HOSTS: '127.0.0.1',
    };
    for (const name of world.services) await world.up(name);
    return world;
  }

  readonly services = ['api', 'worker 1', 'worker 2'] as const;

  /** Starts a process of the service again and again until it stays: a supervisor does the same. */
  async up(name: string): Promise<void> {
    const entry = name === 'api' ? 'api' : 'worker';
    while (World.running.has(this)) {
      try {
        const env = entry === 'api' ? { ...this.env, PORT: String(this.apiPort) } : this.env;
        const service = await TestService.start(env, entry);
        this.processes.set(name, service);
        if (World.running.has(this)) void service.end.then(() => this.upAgain(name, service));
        else await service.stop(); // closed meanwhile
        return;
      } catch {
        await sleep(500); // its database is away
      }
    }
  }

  /** One that ended by itself, such as a worker whose database went away while it started, is started again too. */
  private async upAgain(name: string, service: TestService): Promise<void> {
    if (this.killed.has(service) || !World.running.has(this)) return;
    this.endedByThemselves.push(`${name}: ${service.logged.slice(-1000)}`);
    await this.up(name);
  }

  /** False where it had just ended by itself. */
  async kill(name: string): Promise<boolean> {
    const service = this.processes.get(name)!;
    if (service.ended) return false;
    this.killed.add(service);
    await service.kill();
    return true;
  }

  /** Undefined where it had just ended by itself. */
  pid(name: string): number | undefined {
    const service = this.processes.get(name)!;
    return service.ended ? undefined : service.pid;
  }

  /** Whether the API can reach all that it needs. */
  async answers(): Promise<boolean> {
    try {
      return (await this.processes.get('api')!.get('/health/ready')).status === 200;
    } catch {
      return false;
    }
  }

  /** A request as a patient client makes it: again while the service is away or answers 5xx. */
  async patiently<T>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer<T>> {
    for (;;) {
      try {
        const answer = await this.processes.get('api')!.request<T>(method, path, body, headers);
        if (answer.status < 500) return answer;
      } catch {
        // the API or its database was killed in the middle
      }
      await sleep(200);
    }
  }

  async close(): Promise<void> {
    if (!World.running.delete(this)) return;
    for (const service of this.processes.values()) await service.stop();
    await this.redis?.close();
    await this.model.close();
    await this.receiver.close();
    await this.postgres.close();
  }
}
