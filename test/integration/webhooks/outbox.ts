import { randomBytes } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { Webhook } from 'standardwebhooks';
import { DataSource } from 'typeorm';
import { type Network, systemNetwork } from '../../../src/common/outside/network.js';
import { dataSourceOptions } from '../../../src/database/options.js';
import { DELIVERY_TIMES, Deliverer, type DeliveryTimes } from '../../../src/webhooks/deliverer.js';
import { DeliveriesRepository } from '../../../src/webhooks/deliveries.repository.js';
import { addToOutbox } from '../../../src/webhooks/outbox.js';
import { WebhooksRepository } from '../../../src/webhooks/webhooks.repository.js';
import { testDatabase } from '../../support/postgres.js';
import { until } from '../../support/until.js';

export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
export const WIKI = 1;
export const JOB = 'cluster_wiki_1_a';

/** The real times, but for the waits, which no test has. */
export const QUICK: DeliveryTimes = { ...DELIVERY_TIMES, pollMs: 10, patienceMs: 50, waitAfter: () => 0 };

/** An outbox on a real database, with one wiki and one run, and deliverers that run until the end of the test. */
export class Outbox {
  private readonly running = new Set<Deliverer>();

  private constructor(
    readonly db: DataSource,
    readonly databaseUrl: string,
    readonly webhooks: WebhooksRepository,
    private readonly drop: () => Promise<void>,
  ) {}

  static async open(): Promise<Outbox> {
    Logger.overrideLogger(false);
    const database = await testDatabase();
    const db = await new DataSource(dataSourceOptions(database.url)).initialize();
    await db.query(`INSERT INTO wikis (wiki_id, name) VALUES (${WIKI}, 'w'), (2, 'other'), (3, 'to be deleted')`);
    await db.query(
      `INSERT INTO runs (job_id, wiki_id, status, stage, options, completed_at) VALUES ($1, ${WIKI}, 'completed', 'finish', '{}', now()),
       ('of_wiki_2', 2, 'completed', 'finish', '{}', now()), ('of_wiki_3', 3, 'completed', 'finish', '{}', now())`,
      [JOB],
    );
    return new Outbox(db, database.url, new WebhooksRepository(db), database.close);
  }

  /** Puts a message into the outbox; gives its id. */
  async add(url: string, wiki = WIKI): Promise<string> {
    const type = 'cluster_tag_wiki.completed';
    const job = wiki === WIKI ? JOB : `of_wiki_${wiki}`;
    const data = { job_id: job, mark: randomBytes(4).toString('hex') };
    await addToOutbox(this.db, { wiki_id: wiki, job_id: job, url, type, timestamp: new Date().toISOString(), data });
    const { webhooks } = await this.webhooks.list({ wiki_id: wiki, limit: 1 });
    return webhooks[0].webhook_id;
  }

  /** Starts a deliverer; hosts in `allowedHosts` may be private. */
  deliver(
    allowedHosts: readonly string[],
    { times = {}, network = systemNetwork }: { times?: Partial<DeliveryTimes>; network?: Network } = {},
  ): Deliverer {
    const sender = { signer: new Webhook(SECRET), network, allowedHosts };
    const deliverer = new Deliverer(new DeliveriesRepository(this.db), sender, { ...QUICK, ...times });
    deliverer.onApplicationBootstrap();
    this.running.add(deliverer);
    return deliverer;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.running].map((deliverer) => deliverer.onModuleDestroy()));
    this.running.clear();
  }

  /** Waits until the message is in this state and no attempt is under way; gives it. */
  async untilState(id: string, state: string) {
    await until(
      async () =>
        (await this.db.query('SELECT 1 FROM webhooks WHERE webhook_id = $1 AND state = $2', [id, state])).length > 0,
      10_000,
      `state ${state} of ${id}`,
    );
    return this.webhooks.get(id);
  }

  /** Waits until so many attempts of the message are written down; gives it. */
  async untilTried(id: string, times: number) {
    const done = async () => (await this.webhooks.get(id)).attempts.filter((a) => a.duration_ms !== null).length;
    await until(async () => (await done()) >= times, 10_000, `${times} attempts of ${id}`);
    return this.webhooks.get(id);
  }

  async close(): Promise<void> {
    await this.stop();
    await this.db.destroy();
    await this.drop();
  }
}
