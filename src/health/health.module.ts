import { Module } from '@nestjs/common';
import { QueueModule } from '../queue/queue.module.js';
import { HealthController } from './health.controller.js';
import { MetricsController } from './metrics.controller.js';
import { Metrics } from './metrics.js';
import { Readiness } from './readiness.js';

@Module({
  imports: [QueueModule],
  controllers: [HealthController, MetricsController],
  providers: [Readiness, Metrics],
})
export class HealthModule {}
