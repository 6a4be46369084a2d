import { Module } from '@nestjs/common';
import { QueueModule } from '../queue/queue.module.js';
import { Dispatcher } from './dispatcher.js';
import { Estimator } from './estimator.js';
import { RunRepository } from './run.repository.js';
import { VersionsRepository } from './versions.repository.js';

/** What the HTTP side needs of runs: their rows, the bell, the estimate. No worker. */
@Module({
  imports: [QueueModule],
  providers: [RunRepository, Dispatcher, Estimator, VersionsRepository],
  exports: [RunRepository, Dispatcher, Estimator, VersionsRepository],
})
export class PipelineModule {}
