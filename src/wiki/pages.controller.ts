import type { IncomingMessage } from 'node:http';
import { Controller, Delete, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Needs } from '../access/needs.js';
import { ApiProblems } from '../common/api-docs.js';
import type { List } from '../common/cursor.js';
import { ImportService } from './import/import.service.js';
import { JSON_ARRAY, NDJSON } from './import/media-type.js';
import { PagesRepository } from './pages.repository.js';
import {
  type ImportReport,
  importReport,
  type ListedPage,
  type PageListQuery,
  page,
  pageId,
  pageList,
  pageListQuery,
} from './schemas/page.js';
import { wikiId } from './schemas/wiki.js';
import { WikisRepository } from './wikis.repository.js';

const PAGE_SCHEMA = z.toJSONSchema(page, { target: 'openapi-3.0', io: 'input' }) as Record<string, unknown>;

@ApiTags('Pages')
@Controller('wikis/:wiki_id/pages')
export class PagesController {
  constructor(
    private readonly wikis: WikisRepository,
    private readonly pages: PagesRepository,
    private readonly imports: ImportService,
  ) {}

  @Post()
  @HttpCode(200)
  @Needs('write')
  @ApiOperation({
    summary: 'Store pages, new ones and changed ones',
    description: [
      `\`${NDJSON}\`: one page a line, blank lines ignored. \`${JSON_ARRAY}\`: an array of pages. Either may be of any size: it is`,
      'read as a stream and stored in batches of a few hundred pages, each in one transaction. A page is at most 8 MiB.',
      '',
      'A page that is not right is rejected alone, with its line and the reason; fields that are not known are ignored. A page',
      'replaces the one stored under its `page_id`, as a whole; one that is stored already, just so, is not written.',
      'When the body breaks off, or is no JSON array, the batches before that point stay stored and the rest is not.',
      '',
      'All vectors of a wiki must have the same length; that is checked when a run is asked for, not here.',
    ].join('\n'),
    requestBody: {
      required: true,
      description: 'The pages; for NDJSON the schema is that of one line.',
      content: { [NDJSON]: { schema: PAGE_SCHEMA }, [JSON_ARRAY]: { schema: { type: 'array', items: PAGE_SCHEMA } } },
    },
  })
  @ApiResponse({ status: 200, description: 'What became of the pages.', standardSchema: importReport })
  @ApiProblems('malformed_body', 'wiki_not_found', 'unsupported_media_type', 'validation_failed')
  async upload(
    @Param('wiki_id', { schema: wikiId }) wiki: number,
    @Req() request: IncomingMessage,
  ): Promise<ImportReport> {
    await this.wikis.assertExists(wiki);
    return this.imports.import(wiki, request);
  }

  @Get()
  @Needs('read')
  @ApiOperation({ summary: 'List the pages, by page_id, without their texts' })
  @ApiResponse({ status: 200, description: 'Some of the pages.', standardSchema: pageList })
  @ApiProblems('wiki_not_found', 'validation_failed')
  async list(
    @Param('wiki_id', { schema: wikiId }) wiki: number,
    @Query({ schema: pageListQuery }) query: PageListQuery,
  ): Promise<List<'pages', ListedPage>> {
    await this.wikis.assertExists(wiki);
    return this.pages.list(wiki, query);
  }

  @Delete(':page_id')
  @HttpCode(204)
  @Needs('write')
  @ApiOperation({ summary: 'Delete a page with its vectors and tags' })
  @ApiResponse({ status: 204, description: 'Nothing of it is left.' })
  @ApiProblems('wiki_not_found', 'page_not_found', 'run_active', 'validation_failed')
  delete(
    @Param('wiki_id', { schema: wikiId }) wiki: number,
    @Param('page_id', { schema: pageId }) id: string,
  ): Promise<void> {
    return this.pages.delete(wiki, id);
  }
}
