import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type Caller, CallerOf } from '../../access/caller.js';
import { Needs } from '../../access/needs.js';
import { ApiProblems } from '../../common/api-docs.js';
import { type Job, jobId, jobSchema } from '../../jobs/jobs.schemas.js';
import { JobsService } from '../../jobs/jobs.service.js';
import { type Diff, DiffRepository } from './diff.repository.js';
import { type DiffQuery, diffList, diffQuery } from './diff.schemas.js';
import { RunResultsRepository } from './run-results.repository.js';

@ApiTags('Review')
@ApiProblems('job_not_found', 'validation_failed')
@Controller('analyze/wiki/cluster/:job_id')
export class RunReviewController {
  constructor(
    private readonly jobs: JobsService,
    private readonly results: RunResultsRepository,
    private readonly diffs: DiffRepository,
  ) {}

  @Get('diff')
  @Needs('read')
  @ApiOperation({
    summary: 'What a run changes',
    description:
      'Of a dry run: what would change. Of another that has ended: what it changed. Both sides are as people decided on the tags so far. By page_id, pages without a difference left out.',
  })
  @ApiResponse({ status: 200, description: 'Some of the pages, and totals over all.', standardSchema: diffList })
  @ApiProblems('run_without_diff')
  async diff(
    @Param('job_id', { schema: jobId }) id: string,
    @Query({ schema: diffQuery }) query: DiffQuery,
  ): Promise<Diff> {
    return this.diffs.of(await this.results.mustFind(id), query);
  }

  @Post('apply')
  @HttpCode(200)
  @Needs('write')
  @ApiOperation({
    summary: 'Make a dry run real',
    description: 'Its clusters and tags become those of the wiki, all at once. What people decided still holds.',
  })
  @ApiResponse({ status: 200, description: 'It is real.', standardSchema: jobSchema })
  @ApiProblems('run_active', 'run_not_applicable')
  async apply(@Param('job_id', { schema: jobId }) id: string, @CallerOf() caller: Caller): Promise<Job> {
    await this.results.apply(id, caller);
    return this.jobs.show(id);
  }

  @Post('undo')
  @HttpCode(200)
  @Needs('write')
  @ApiOperation({
    summary: 'Undo a run',
    description:
      'Clusters, map and tags are as before it, all at once; what people decided since is kept. Only the run that the wiki shows, however it ended, and one step back.',
  })
  @ApiResponse({ status: 200, description: 'It is undone.', standardSchema: jobSchema })
  @ApiProblems('run_active', 'run_not_undoable')
  async undo(@Param('job_id', { schema: jobId }) id: string, @CallerOf() caller: Caller): Promise<Job> {
    await this.results.undo(id, caller);
    return this.jobs.show(id);
  }
}
