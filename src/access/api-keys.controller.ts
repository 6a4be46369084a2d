import { Body, Controller, Delete, Get, Header, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../common/api-docs.js';
import type { List } from '../common/cursor.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import {
  type ApiKey,
  type CreatedApiKey,
  createdApiKey,
  type KeyListQuery,
  keyId,
  keyList,
  keyListQuery,
  type NewApiKey,
  newApiKey,
} from './api-keys.schemas.js';
import { type Caller, CallerOf } from './caller.js';
import { Needs } from './needs.js';

@ApiTags('Access')
@Controller('api-keys')
export class ApiKeysController {
  constructor(private readonly keys: ApiKeysRepository) {}

  @Post()
  @Header('cache-control', 'no-store')
  @Needs('admin', 'all wikis')
  @ApiOperation({ summary: 'Make an API key', description: 'The answer shows it once; only a hash of it is stored.' })
  @ApiResponse({ status: 201, description: 'The key was made.', standardSchema: createdApiKey })
  @ApiProblems('malformed_body', 'wiki_not_found', 'payload_too_large', 'validation_failed')
  create(@Body({ schema: newApiKey }) wanted: NewApiKey, @CallerOf() caller: Caller): Promise<CreatedApiKey> {
    return this.keys.create(wanted, caller);
  }

  @Get()
  @Needs('admin', 'all wikis')
  @ApiOperation({
    summary: 'List the API keys, by key_id',
    description: 'Those made by route or command, revoked and expired ones too; not those in API_KEYS.',
  })
  @ApiResponse({ status: 200, description: 'Some of the keys.', standardSchema: keyList })
  @ApiProblems('validation_failed')
  list(@Query({ schema: keyListQuery }) query: KeyListQuery): Promise<List<'api_keys', ApiKey>> {
    return this.keys.list(query);
  }

  @Delete(':key_id')
  @HttpCode(204)
  @Needs('admin', 'all wikis')
  @ApiOperation({
    summary: 'Revoke an API key',
    description: 'For good, and in every process within two seconds: what it has under way by then is cut off.',
  })
  @ApiResponse({ status: 204, description: 'It opens nothing any more.' })
  @ApiProblems('api_key_not_found', 'validation_failed')
  revoke(@Param('key_id', { schema: keyId }) id: string, @CallerOf() caller: Caller): Promise<void> {
    return this.keys.revoke(id, caller);
  }
}
