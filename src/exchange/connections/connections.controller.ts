import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type Caller, CallerOf } from '../../access/caller.js';
import { Needs } from '../../access/needs.js';
import { ApiProblems } from '../../common/api-docs.js';
import type { Checked } from '../../connectors/contract.js';
import { type Connection, connection } from '../../connectors/create.js';
import { wikiId } from '../../wiki/schemas/wiki.js';
import { ConnectionsRepository } from './connections.repository.js';
import { checkedWiki, type ShownConnection, shownConnection } from './connections.schemas.js';
import { ConnectionsService } from './connections.service.js';

@ApiTags('Connections')
@ApiProblems('validation_failed', 'wiki_not_found')
@Controller('wikis/:wiki_id/connection')
export class ConnectionsController {
  constructor(
    private readonly service: ConnectionsService,
    private readonly connections: ConnectionsRepository,
  ) {}

  @Put()
  @Needs('admin')
  @ApiOperation({
    summary: 'Connect a wiki, or change its connection',
    description: [
      'The wiki is looked at first; where that fails, nothing is stored. Passwords and tokens are kept encrypted and never shown.',
      '',
      '- `markdown`: a folder that the service can read: an Obsidian vault, a docs repository, a GitHub wiki.',
      '- `mediawiki`: any MediaWiki >= 1.35, by its action API and a bot password.',
      '- `http`: a wiki that serves the small protocol of docs/connectors.md.',
    ].join('\n'),
  })
  @ApiResponse({ status: 200, description: 'The connection.', standardSchema: shownConnection })
  @ApiProblems('malformed_body', 'payload_too_large', 'validation_failed', 'connection_failed', 'exchange_active')
  connect(
    @Param('wiki_id', { schema: wikiId }) wiki: number,
    @Body({ schema: connection }) body: Connection,
    @CallerOf() caller: Caller,
  ): Promise<ShownConnection> {
    return this.service.connect(wiki, body, caller);
  }

  @Get()
  @Needs('read')
  @ApiOperation({ summary: 'Look at the connection of a wiki' })
  @ApiResponse({ status: 200, description: 'The connection, without its secrets.', standardSchema: shownConnection })
  @ApiProblems('wiki_not_found', 'connection_not_found')
  get(@Param('wiki_id', { schema: wikiId }) wiki: number): Promise<ShownConnection> {
    return this.connections.shown(wiki);
  }

  @Post('check')
  @HttpCode(200)
  @Needs('write')
  @ApiOperation({ summary: 'Look at the connected wiki again' })
  @ApiResponse({ status: 200, description: 'What the look told.', standardSchema: checkedWiki })
  @ApiProblems('wiki_not_found', 'connection_not_found', 'validation_failed', 'connection_failed')
  check(@Param('wiki_id', { schema: wikiId }) wiki: number): Promise<Checked> {
    return this.service.check(wiki);
  }

  @Delete()
  @HttpCode(204)
  @Needs('admin')
  @ApiOperation({ summary: 'Forget the connection; the pages that were imported stay' })
  @ApiResponse({ status: 204, description: 'The wiki is not connected any more.' })
  @ApiProblems('wiki_not_found', 'connection_not_found', 'exchange_active')
  delete(@Param('wiki_id', { schema: wikiId }) wiki: number, @CallerOf() caller: Caller): Promise<void> {
    return this.connections.delete(wiki, caller);
  }
}
