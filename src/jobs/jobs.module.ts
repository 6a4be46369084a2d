import { Module } from '@nestjs/common';
import { PipelineModule } from '../pipeline/pipeline.module.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { JobEvents } from './job-events.js';
import { JobsController } from './jobs.controller.js';
import { JobsService } from './jobs.service.js';

@Module({
  imports: [PipelineModule, WebhooksModule],
  controllers: [JobsController],
  providers: [JobsService, JobEvents],
  exports: [JobsService],
})
export class JobsModule {}
