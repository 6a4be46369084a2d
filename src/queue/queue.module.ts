import { BullModule } from '@nestjs/bullmq';
import { Global, Module } from '@nestjs/common';
import { setDefaultBackendFactory } from 'bullmq';
import { CONFIG, type Config } from '../config/config.js';
import { DatabaseServer } from '../database/database-server.js';
import { QUEUE_BACKEND, type QueueBackend, queueBackend } from './backend.js';
import { Bell } from './bell.js';
import { QueueWorkers } from './queue-workers.js';
import { jobOptions, QUEUE_KEYS, queueName } from './queues.js';

@Global()
@Module({
  providers: [{ provide: QUEUE_BACKEND, useFactory: queueBackend, inject: [CONFIG, DatabaseServer] }],
  exports: [QUEUE_BACKEND],
})
class QueueBackendModule {}

const queues = QUEUE_KEYS.map((name) => ({
  name,
  inject: [CONFIG, QUEUE_BACKEND],
  useFactory: (config: Config, { factory, connection }: QueueBackend) => {
    setDefaultBackendFactory(factory); // BullModule makes its queues with the default one
    return { name: queueName(config, name), connection, defaultJobOptions: jobOptions(config) };
  },
}));

/** The queues: `Bell` to ring, `QueueWorkers` to answer. Needs ConfigModule and DatabaseModule in the application. */
@Module({
  imports: [QueueBackendModule, BullModule.registerQueueAsync(...queues)],
  providers: [Bell, QueueWorkers],
  exports: [Bell, QueueWorkers],
})
export class QueueModule {}
