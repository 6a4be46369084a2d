import { Body, Controller, Get, Headers, HttpCode, type MessageEvent, Param, Post, Query, Sse } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Observable } from 'rxjs';
import { type Caller, CallerOf } from '../access/caller.js';
import { Needs } from '../access/needs.js';
import { ApiProblems } from '../common/api-docs.js';
import { checkIdempotencyKey } from './idempotency-key.js';
import { JobEvents } from './job-events.js';
import {
  type Job,
  jobId,
  jobList,
  jobSchema,
  type StartAnswer,
  type StartRequest,
  startAnswer,
  startRequest,
  wikiId,
} from './jobs.schemas.js';
import { JobsService } from './jobs.service.js';

@ApiTags('Tag a wiki')
@ApiProblems('validation_failed')
@Controller('analyze/wiki/cluster')
export class JobsController {
  constructor(
    private readonly jobs: JobsService,
    private readonly events: JobEvents,
  ) {}

  @Post()
  @HttpCode(202)
  @Needs('write')
  @ApiOperation({
    summary: 'Tag a whole wiki',
    description: 'Queues a run: cluster all published pages, tag each cluster, give the tags to the pages.',
  })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'Repeating the request with the same key gives the first answer again instead of a second run.',
  })
  @ApiResponse({ status: 202, description: 'Queued.', standardSchema: startAnswer })
  @ApiProblems(
    'malformed_body',
    'validation_failed',
    'wiki_not_found',
    'run_active',
    'too_many_pages',
    'embedding_dims_mismatch',
    'idempotency_key_reused',
  )
  start(
    @Body({ schema: startRequest }) request: StartRequest,
    @Headers('idempotency-key') key: string | undefined,
    @CallerOf() caller: Caller,
  ): Promise<StartAnswer> {
    return this.jobs.start(request, caller, checkIdempotencyKey(key));
  }

  @Get()
  @Needs('read')
  @ApiOperation({ summary: 'The runs of a wiki', description: 'Newest first, at most 100.' })
  @ApiResponse({ status: 200, description: 'The runs.', standardSchema: jobList })
  @ApiProblems('wiki_not_found')
  async list(@Query('wiki_id', { schema: wikiId }) id: number): Promise<{ jobs: Job[] }> {
    return { jobs: await this.jobs.list(id) };
  }

  @Get(':job_id')
  @Needs('read')
  @ApiOperation({ summary: 'How a run is doing' })
  @ApiResponse({ status: 200, description: 'The run.', standardSchema: jobSchema })
  @ApiProblems('job_not_found')
  show(@Param('job_id', { schema: jobId }) id: string): Promise<Job> {
    return this.jobs.show(id);
  }

  @Sse(':job_id/events')
  @Needs('read')
  @ApiOperation({
    summary: 'The same as server-sent events',
    description: 'One `job` event whenever something changed; the stream ends when the run has.',
  })
  @ApiProduces('text/event-stream')
  @ApiProblems('job_not_found')
  async watch(@Param('job_id', { schema: jobId }) id: string): Promise<Observable<MessageEvent>> {
    return this.events.watch(await this.jobs.show(id));
  }

  @Post(':job_id/resume')
  @HttpCode(202)
  @Needs('write')
  @ApiOperation({
    summary: 'Go on with a run',
    description:
      'Goes on from where it failed or was cancelled, and redoes only what did not succeed. Not possible once a later run has replaced its clusters.',
  })
  @ApiResponse({ status: 202, description: 'Queued again.', standardSchema: jobSchema })
  @ApiProblems('job_not_found', 'run_not_resumable', 'run_active')
  resume(@Param('job_id', { schema: jobId }) id: string, @CallerOf() caller: Caller): Promise<Job> {
    return this.jobs.resume(id, caller);
  }

  @Post(':job_id/cancel')
  @HttpCode(202)
  @Needs('write')
  @ApiOperation({ summary: 'Stop a run', description: 'Stops within seconds; what is done stays.' })
  @ApiResponse({ status: 202, description: 'It will stop.', standardSchema: jobSchema })
  @ApiProblems('job_not_found', 'run_not_active')
  cancel(@Param('job_id', { schema: jobId }) id: string, @CallerOf() caller: Caller): Promise<Job> {
    return this.jobs.cancel(id, caller);
  }
}
