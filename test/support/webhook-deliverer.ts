// A worker that delivers webhooks and does nothing else, for tests that kill it: URL of the database, secret, allowed host.
import { Webhook } from 'standardwebhooks';
import { DataSource } from 'typeorm';
import { systemNetwork } from '../../src/common/outside/network.js';
import { dataSourceOptions } from '../../src/database/options.js';
import { DELIVERY_TIMES, Deliverer } from '../../src/webhooks/deliverer.js';
import { DeliveriesRepository } from '../../src/webhooks/deliveries.repository.js';

const [url, secret, host] = process.argv.slice(2) as [string, string, string];
const db = await new DataSource(dataSourceOptions(url)).initialize();
const sender = { signer: new Webhook(secret), network: systemNetwork, allowedHosts: [host] };
new Deliverer(new DeliveriesRepository(db), sender, { ...DELIVERY_TIMES, leaseMs: 500 }).onApplicationBootstrap();
