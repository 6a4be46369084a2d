import { Body, Controller, Get, Logger, Param, Post, Put, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { ApiProblems } from '../common/api-docs.js';
import type { List } from '../common/cursor.js';
import { wikiId } from './jobs.schemas.js';
import { ManagedWikis } from './managed-wikis.js';
import { noteUser, OwnersRepository } from './owners.repository.js';
import { For, OfWikiApp } from './user.guard.js';
import { type User, UserOf } from './user.js';
import {
  createdWiki,
  type ManagedWiki,
  type Me,
  managedWikis,
  me,
  type NewWiki,
  newOwner,
  newWiki,
  ownedWiki,
  type WikiListQuery,
  wikiListQuery,
} from './wikis.schemas.js';

@ApiTags('Wikis and their owners')
@OfWikiApp()
@Controller('api')
export class WikiAppWikisController {
  private readonly logger = new Logger('WikiApp');

  constructor(
    private readonly db: DataSource,
    private readonly owners: OwnersRepository,
    private readonly wikis: ManagedWikis,
  ) {}

  @Get('me')
  @For('user')
  @ApiOperation({ summary: 'Who you are and which wikis are yours' })
  @ApiResponse({ status: 200, description: 'You.', standardSchema: me })
  async me(@UserOf() user: User): Promise<Me> {
    await noteUser(this.db, user).catch((error: unknown) => {
      this.logger.warn(`a user could not be noted: ${error instanceof Error ? error.message : error}`);
    });
    return { ...user, wikis: await this.owners.wikisOf(user.sub) };
  }

  @Get('wikis')
  @For('user')
  @ApiOperation({ summary: 'The wikis that you may manage, by wiki_id', description: 'All of them for an admin.' })
  @ApiResponse({ status: 200, description: 'Some of the wikis.', standardSchema: managedWikis })
  @ApiProblems('validation_failed', 'tagging_service_down', 'tagging_service_failed', 'tagging_service_slow')
  list(
    @Query({ schema: wikiListQuery }) query: WikiListQuery,
    @UserOf() user: User,
  ): Promise<List<'wikis', ManagedWiki>> {
    return this.wikis.list(user, query);
  }

  @Post('wikis')
  @For('admin')
  @ApiOperation({ summary: 'Make a wiki' })
  @ApiResponse({ status: 201, description: 'The wiki was made.', standardSchema: createdWiki })
  @ApiProblems('malformed_body', 'payload_too_large', 'validation_failed')
  @ApiProblems('tagging_service_down', 'tagging_service_failed', 'tagging_service_slow')
  async create(
    @Body({ schema: newWiki }) { name, owner }: NewWiki,
    @UserOf() user: User,
  ): Promise<NewWiki & { wiki_id: number }> {
    const wiki_id = await this.wikis.create(name);
    await this.owners.setOwner(wiki_id, owner, user); // nobody, too: whoever owned an earlier wiki of that id
    return { wiki_id, name, owner };
  }

  @Put('wikis/:wiki_id/owner')
  @For('admin')
  @ApiOperation({ summary: 'Give a wiki to an owner', description: 'In place of the one before.' })
  @ApiResponse({ status: 200, description: 'The wiki and its owner.', standardSchema: ownedWiki })
  @ApiProblems('malformed_body', 'payload_too_large', 'validation_failed', 'wiki_not_found')
  @ApiProblems('tagging_service_down', 'tagging_service_failed', 'tagging_service_slow')
  async setOwner(
    @Param('wiki_id', { schema: wikiId }) id: number,
    @Body({ schema: newOwner }) { owner }: { owner: string | null },
    @UserOf() user: User,
  ): Promise<{ wiki_id: number; owner: string | null }> {
    await this.wikis.assertExists(id);
    await this.owners.setOwner(id, owner, user);
    return { wiki_id: id, owner };
  }
}
