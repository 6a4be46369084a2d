import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type Caller, CallerOf } from '../access/caller.js';
import { Needs } from '../access/needs.js';
import { ApiProblems } from '../common/api-docs.js';
import type { List } from '../common/cursor.js';
import { WebhooksRepository } from './webhooks.repository.js';
import {
  type Webhook,
  type WebhookListQuery,
  type WebhookWithAttempts,
  webhookId,
  webhookList,
  webhookListQuery,
  webhookWithAttempts,
} from './webhooks.schemas.js';

@ApiTags('Webhooks')
@ApiProblems('validation_failed')
@Controller('webhooks')
export class WebhooksController {
  constructor(private readonly webhooks: WebhooksRepository) {}

  @Get()
  @Needs('read')
  @ApiOperation({ summary: 'The messages of a wiki or of a job', description: 'Newest first.' })
  @ApiResponse({ status: 200, description: 'Some of the messages.', standardSchema: webhookList })
  @ApiProblems('wiki_not_found', 'job_not_found')
  list(@Query({ schema: webhookListQuery }) query: WebhookListQuery): Promise<List<'webhooks', Webhook>> {
    return this.webhooks.list(query);
  }

  @Get(':webhook_id')
  @Needs('read')
  @ApiOperation({ summary: 'A message and every attempt to deliver it' })
  @ApiResponse({ status: 200, description: 'The message.', standardSchema: webhookWithAttempts })
  @ApiProblems('webhook_not_found')
  get(@Param('webhook_id', { schema: webhookId }) id: string): Promise<WebhookWithAttempts> {
    return this.webhooks.get(id);
  }

  @Post(':webhook_id/redeliver')
  @HttpCode(202)
  @Needs('write')
  @ApiOperation({
    summary: 'Send a message again',
    description:
      'With the same `webhook-id`, whatever its state. A failed one begins its schedule anew; an endpoint that was gone is tried again.',
  })
  @ApiResponse({ status: 202, description: 'It is due now.', standardSchema: webhookWithAttempts })
  @ApiProblems('webhook_not_found')
  redeliver(
    @Param('webhook_id', { schema: webhookId }) id: string,
    @CallerOf() caller: Caller,
  ): Promise<WebhookWithAttempts> {
    return this.webhooks.redeliver(id, caller);
  }
}
