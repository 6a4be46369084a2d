import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type Caller, CallerOf } from '../access/caller.js';
import { Needs } from '../access/needs.js';
import { ApiProblems } from '../common/api-docs.js';
import type { List } from '../common/cursor.js';
import {
  createdWiki,
  type NewWiki,
  newWiki,
  type Wiki,
  type WikiListQuery,
  wiki,
  wikiId,
  wikiList,
  wikiListQuery,
} from './schemas/wiki.js';
import { WikisRepository } from './wikis.repository.js';

@ApiTags('Wikis')
@Controller('wikis')
export class WikisController {
  constructor(private readonly wikis: WikisRepository) {}

  @Post()
  @Needs('write', 'all wikis')
  @ApiOperation({ summary: 'Make a wiki' })
  @ApiResponse({ status: 201, description: 'The wiki was made.', standardSchema: createdWiki })
  @ApiProblems('malformed_body', 'wiki_exists', 'payload_too_large', 'validation_failed')
  create(
    @Body({ schema: newWiki }) body: NewWiki,
    @CallerOf() caller: Caller,
  ): Promise<{ wiki_id: number; name: string }> {
    return this.wikis.create(body, caller);
  }

  @Get()
  @Needs('read', 'own wikis')
  @ApiOperation({ summary: 'List the wikis, by wiki_id' })
  @ApiResponse({ status: 200, description: 'Some of the wikis.', standardSchema: wikiList })
  @ApiProblems('validation_failed')
  list(
    @Query({ schema: wikiListQuery }) query: WikiListQuery,
    @CallerOf() caller: Caller,
  ): Promise<List<'wikis', Wiki>> {
    return this.wikis.list(query, caller);
  }

  @Get(':wiki_id')
  @Needs('read')
  @ApiOperation({ summary: 'Look at a wiki' })
  @ApiResponse({ status: 200, description: 'The wiki.', standardSchema: wiki })
  @ApiProblems('wiki_not_found', 'validation_failed')
  get(@Param('wiki_id', { schema: wikiId }) id: number): Promise<Wiki> {
    return this.wikis.get(id);
  }

  @Delete(':wiki_id')
  @HttpCode(204)
  @Needs('write')
  @ApiOperation({ summary: 'Delete a wiki with its pages, vectors, runs, clusters and tags' })
  @ApiResponse({ status: 204, description: 'Nothing of it is left.' })
  @ApiProblems('wiki_not_found', 'run_active', 'validation_failed')
  delete(@Param('wiki_id', { schema: wikiId }) id: number, @CallerOf() caller: Caller): Promise<void> {
    return this.wikis.delete(id, caller);
  }
}
