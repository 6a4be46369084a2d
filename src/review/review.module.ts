import { Module } from '@nestjs/common';
import { JobsModule } from '../jobs/jobs.module.js';
import { PipelineModule } from '../pipeline/pipeline.module.js';
import { DecisionsController } from './decisions/decisions.controller.js';
import { DecisionsRepository } from './decisions/decisions.repository.js';
import { ReviewController } from './queue/review.controller.js';
import { ReviewRepository } from './queue/review.repository.js';
import { DiffRepository } from './runs/diff.repository.js';
import { RunResultsRepository } from './runs/run-results.repository.js';
import { RunReviewController } from './runs/run-review.controller.js';

/** What people do with what runs gave: look through it, decide on tags, compare, apply and undo runs. */
@Module({
  imports: [JobsModule, PipelineModule],
  controllers: [DecisionsController, ReviewController, RunReviewController],
  providers: [DecisionsRepository, ReviewRepository, DiffRepository, RunResultsRepository],
})
export class ReviewModule {}
