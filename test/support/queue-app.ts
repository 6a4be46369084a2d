import { type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { readConfig } from '../../src/config/config.js';
import { ConfigModule } from '../../src/config/config.module.js';
import { DatabaseModule } from '../../src/database/database.module.js';
import { QueueModule } from '../../src/queue/queue.module.js';

/** The database and the queue as a process of the service has them, and nothing else. */
export function queueApp(env: NodeJS.ProcessEnv): Promise<INestApplicationContext> {
  @Module({ imports: [ConfigModule.forRoot(readConfig(env)), DatabaseModule, QueueModule] })
  class App {}
  return NestFactory.createApplicationContext(App, { logger: false, abortOnError: false });
}
