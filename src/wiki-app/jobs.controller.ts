import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../common/api-docs.js';
import { noSuchJob } from '../common/not-found.js';
import { JobsRepository } from './jobs.repository.js';
import {
  describeJob,
  jobId,
  type StartedJob,
  type StartRequest,
  startedJob,
  startRequest,
  type WikiAppJob,
  wikiAppJob,
  wikiAppJobs,
  wikiId,
} from './jobs.schemas.js';
import { OwnersRepository } from './owners.repository.js';
import { Starter } from './starter.js';
import { For, OfWikiApp } from './user.guard.js';
import { type User, UserOf } from './user.js';

@ApiTags('Runs')
@ApiProblems('validation_failed')
@OfWikiApp()
@Controller('api/tags')
export class WikiAppJobsController {
  constructor(
    private readonly starter: Starter,
    private readonly jobs: JobsRepository,
    private readonly owners: OwnersRepository,
  ) {}

  @Post('cluster-tag-wiki')
  @HttpCode(202)
  @For('owner')
  @ApiOperation({
    summary: 'Tag a whole wiki',
    description: 'For admins and the owner of the wiki. Whoever starts it gets a notification when it has ended.',
  })
  @ApiResponse({ status: 202, description: 'The run is queued.', standardSchema: startedJob })
  @ApiProblems(
    'malformed_body',
    'payload_too_large',
    'validation_failed',
    'wiki_not_found',
    'run_active',
    'too_many_pages',
    'embedding_dims_mismatch',
    'tagging_service_down',
    'tagging_service_failed',
    'tagging_service_slow',
  )
  async start(
    @Body({ schema: startRequest }) { wiki_id, options }: StartRequest,
    @UserOf() user: User,
  ): Promise<StartedJob> {
    await this.owners.mustManage(user, wiki_id);
    const { job_id, estimated_duration_seconds } = await this.starter.start(wiki_id, options, user);
    return { job_id, status: 'queued', estimated_duration_seconds };
  }

  @Get('jobs')
  @For('owner')
  @ApiOperation({ summary: 'The runs of a wiki that were started here' })
  @ApiResponse({ status: 200, description: 'The runs.', standardSchema: wikiAppJobs })
  async list(@Query('wiki_id', { schema: wikiId }) id: number, @UserOf() user: User): Promise<{ jobs: WikiAppJob[] }> {
    await this.owners.mustManage(user, id);
    return { jobs: (await this.jobs.ofWiki(id)).map(describeJob) };
  }

  @Get('jobs/:job_id')
  @For('owner')
  @ApiOperation({
    summary: 'How a run is doing',
    description: 'As stored: by the last message or look, seconds ago while it runs.',
  })
  @ApiResponse({ status: 200, description: 'The run.', standardSchema: wikiAppJob })
  @ApiProblems('job_not_found')
  async show(@Param('job_id', { schema: jobId }) id: string, @UserOf() user: User): Promise<WikiAppJob> {
    const row = await this.jobs.find(id);
    if (row === undefined) throw noSuchJob(id);
    await this.owners.mustManage(user, row.wiki_id);
    return describeJob(row);
  }
}
