import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type Caller, CallerOf } from '../../access/caller.js';
import { Needs } from '../../access/needs.js';
import { ApiProblems } from '../../common/api-docs.js';
import type { List } from '../../common/cursor.js';
import { wikiId } from '../../wiki/schemas/wiki.js';
import { deciderOf } from './acting-user.js';
import { DecisionsRepository } from './decisions.repository.js';
import {
  type Decided,
  type Decision,
  type DecisionListQuery,
  decided,
  decisionId,
  decisionList,
  decisionListQuery,
  type NewDecision,
  newDecision,
} from './decisions.schemas.js';

@ApiTags('Review')
@ApiProblems('wiki_not_found', 'validation_failed')
@Controller('wikis/:wiki_id/decisions')
export class DecisionsController {
  constructor(private readonly decisions: DecisionsRepository) {}

  @Post()
  @HttpCode(200)
  @Needs('write')
  @ApiOperation({
    summary: 'Approve, reject or rename a tag',
    description:
      'On one page, on the pages of a cluster, or in the whole wiki. It holds for later runs too, and the last word counts. A rejection on a page is lifted by a decision on that page alone. Tags that people gave in the wiki itself are not touched.',
  })
  @ApiHeader({
    name: 'X-Acting-User',
    required: false,
    description: 'Who decided, where a program asks for somebody. Absent: the name of the API key.',
  })
  @ApiResponse({ status: 200, description: 'It holds.', standardSchema: decided })
  @ApiProblems('malformed_body', 'page_not_found', 'cluster_not_found', 'tag_not_found')
  decide(
    @Param('wiki_id', { schema: wikiId }) wiki: number,
    @Body({ schema: newDecision }) body: NewDecision,
    @Headers('x-acting-user') user: string | undefined,
    @CallerOf() caller: Caller,
  ): Promise<Decided> {
    return this.decisions.decide(wiki, body, deciderOf(user, caller.name), caller);
  }

  @Get()
  @Needs('read')
  @ApiOperation({
    summary: 'Who decided what',
    description: 'Newest first. What was taken back is in the audit log only.',
  })
  @ApiResponse({ status: 200, description: 'Some of the decisions.', standardSchema: decisionList })
  list(
    @Param('wiki_id', { schema: wikiId }) wiki: number,
    @Query({ schema: decisionListQuery }) query: DecisionListQuery,
  ): Promise<List<'decisions', Decision>> {
    return this.decisions.list(wiki, query);
  }

  @Delete(':decision_id')
  @HttpCode(204)
  @Needs('write')
  @ApiOperation({
    summary: 'Take a decision back',
    description: 'Then the pages are as if it had never been made: as the current run and the other decisions have it.',
  })
  @ApiResponse({ status: 204, description: 'It no longer holds.' })
  @ApiProblems('decision_not_found')
  takeBack(
    @Param('wiki_id', { schema: wikiId }) wiki: number,
    @Param('decision_id', { schema: decisionId }) id: string,
    @CallerOf() caller: Caller,
  ): Promise<void> {
    return this.decisions.takeBack(wiki, id, caller);
  }
}
