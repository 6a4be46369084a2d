import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type Caller, CallerOf } from '../../access/caller.js';
import { Needs } from '../../access/needs.js';
import { ApiProblems } from '../../common/api-docs.js';
import type { List } from '../../common/cursor.js';
import { wikiId } from '../../wiki/schemas/wiki.js';
import { ExchangesRepository } from './exchanges.repository.js';
import {
  type Exchange,
  type ExchangedPage,
  type ExchangedPageListQuery,
  type ExchangeListQuery,
  exchange,
  exchangedPageList,
  exchangedPageListQuery,
  exchangeId,
  exchangeList,
  exchangeListQuery,
  type NewExchange,
  newExchange,
} from './exchanges.schemas.js';
import { ExchangesService } from './exchanges.service.js';

@ApiTags('Exchanges')
@ApiProblems('validation_failed')
@Controller()
export class ExchangesController {
  constructor(
    private readonly service: ExchangesService,
    private readonly exchanges: ExchangesRepository,
  ) {}

  @Post('wikis/:wiki_id/exchanges')
  @HttpCode(202)
  @Needs('write')
  @ApiOperation({
    summary: 'Import pages from the connected wiki, or preview an export of tags to it',
    description: [
      'An import reads what changed since the last one. Tags that we wrote are not taken for those of people; one of ours that',
      'a person took off a page is rejected for that page.',
      '',
      'An export looks at each page and says what would be written. Nothing is written before `write`.',
    ].join('\n'),
  })
  @ApiResponse({ status: 202, description: 'It will begin within a second.', standardSchema: exchange })
  @ApiProblems('malformed_body', 'payload_too_large', 'wiki_not_found', 'connection_not_found')
  @ApiProblems('exchange_active', 'exchange_not_possible', 'run_active')
  start(
    @Param('wiki_id', { schema: wikiId }) wiki: number,
    @Body({ schema: newExchange }) body: NewExchange,
    @CallerOf() caller: Caller,
  ): Promise<Exchange> {
    return this.service.start(wiki, body, caller);
  }

  @Get('wikis/:wiki_id/exchanges')
  @Needs('read')
  @ApiOperation({ summary: 'The imports and exports of a wiki', description: 'Newest first.' })
  @ApiResponse({ status: 200, description: 'Some of them.', standardSchema: exchangeList })
  @ApiProblems('wiki_not_found')
  list(
    @Param('wiki_id', { schema: wikiId }) wiki: number,
    @Query({ schema: exchangeListQuery }) query: ExchangeListQuery,
  ): Promise<List<'exchanges', Exchange>> {
    return this.exchanges.list(wiki, query);
  }

  @Get('exchanges/:exchange_id')
  @Needs('read')
  @ApiOperation({ summary: 'Look at an import or export' })
  @ApiResponse({ status: 200, description: 'How far it is.', standardSchema: exchange })
  @ApiProblems('exchange_not_found')
  get(@Param('exchange_id', { schema: exchangeId }) id: string): Promise<Exchange> {
    return this.exchanges.get(id);
  }

  @Get('exchanges/:exchange_id/pages')
  @Needs('read')
  @ApiOperation({
    summary: 'What it does page by page',
    description: 'Of an export every page with something to do; of an import those that could not be read.',
  })
  @ApiResponse({ status: 200, description: 'Some of the pages.', standardSchema: exchangedPageList })
  @ApiProblems('exchange_not_found')
  pages(
    @Param('exchange_id', { schema: exchangeId }) id: string,
    @Query({ schema: exchangedPageListQuery }) query: ExchangedPageListQuery,
  ): Promise<List<'pages', ExchangedPage>> {
    return this.exchanges.pages(id, query);
  }

  @Post('exchanges/:exchange_id/write')
  @HttpCode(202)
  @Needs('write')
  @ApiOperation({
    summary: 'Write what a preview showed',
    description:
      'Each page on the revision it was looked at; one that people edit meanwhile is looked at again. No page is made.',
  })
  @ApiResponse({ status: 202, description: 'It will begin within a second.', standardSchema: exchange })
  @ApiProblems('exchange_not_found', 'exchange_active', 'exchange_not_possible')
  write(@Param('exchange_id', { schema: exchangeId }) id: string, @CallerOf() caller: Caller): Promise<Exchange> {
    return this.service.write(id, caller);
  }

  @Post('exchanges/:exchange_id/undo')
  @HttpCode(202)
  @Needs('write')
  @ApiOperation({
    summary: 'Take back what an export wrote',
    description:
      'Pages that nobody edited since are as before, to the byte. Where somebody did, that edit stays and only our tags go.',
  })
  @ApiResponse({ status: 202, description: 'It will begin within a second.', standardSchema: exchange })
  @ApiProblems('exchange_not_found', 'exchange_active', 'exchange_not_possible')
  undo(@Param('exchange_id', { schema: exchangeId }) id: string, @CallerOf() caller: Caller): Promise<Exchange> {
    return this.service.undo(id, caller);
  }

  @Post('exchanges/:exchange_id/cancel')
  @HttpCode(202)
  @Needs('write')
  @ApiOperation({ summary: 'Stop it within seconds', description: 'What is done stays; it can be resumed, or undone.' })
  @ApiResponse({ status: 202, description: 'It stops.', standardSchema: exchange })
  @ApiProblems('exchange_not_found', 'exchange_not_possible')
  cancel(@Param('exchange_id', { schema: exchangeId }) id: string, @CallerOf() caller: Caller): Promise<Exchange> {
    return this.service.cancel(id, caller);
  }

  @Post('exchanges/:exchange_id/resume')
  @HttpCode(202)
  @Needs('write')
  @ApiOperation({ summary: 'Go on from where it failed or was cancelled' })
  @ApiResponse({ status: 202, description: 'It will begin within a second.', standardSchema: exchange })
  @ApiProblems('exchange_not_found', 'exchange_active', 'exchange_not_possible')
  resume(@Param('exchange_id', { schema: exchangeId }) id: string, @CallerOf() caller: Caller): Promise<Exchange> {
    return this.service.resume(id, caller);
  }
}
