// The service side of benchmarks/import.ts: the wiki routes, and figures of this process on request.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AccessModule } from '../src/access/access.module.js';
import { setUpApp } from '../src/app.setup.js';
import { readConfig } from '../src/config/config.js';
import { ConfigModule } from '../src/config/config.module.js';
import { DatabaseModule } from '../src/database/database.module.js';
import { WikiModule } from '../src/wiki/wiki.module.js';

export interface ServerReply {
  readonly url: string;
  readonly rss: number;
  readonly peakRss: number;
  readonly longestBlockMs: number;
}

const config = readConfig({ DATA_DIR: process.argv[2], API_KEYS: 'a-key-for-benchmarks' });
@Module({ imports: [ConfigModule.forRoot(config), DatabaseModule, AccessModule, WikiModule] })
class App {}
const app = await NestFactory.create<NestExpressApplication>(App, { logger: false, bodyParser: false });
setUpApp(app);
await app.listen(0, '127.0.0.1');
const url = await app.getUrl();

const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
let peakRss = 0;
setInterval(() => {
  peakRss = Math.max(peakRss, process.memoryUsage.rss());
}, 20);

function reply(): void {
  const rss = process.memoryUsage.rss();
  process.send?.({ url, rss, peakRss: Math.max(peakRss, rss), longestBlockMs: delay.max / 1e6 } satisfies ServerReply);
}

process.on('message', (question) => {
  if (question === 'start') {
    peakRss = 0;
    delay.reset();
  }
  reply();
});
reply();
