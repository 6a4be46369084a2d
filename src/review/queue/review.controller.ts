import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Needs } from '../../access/needs.js';
import { ApiProblems } from '../../common/api-docs.js';
import type { List } from '../../common/cursor.js';
import { wikiId } from '../../wiki/schemas/wiki.js';
import { ReviewRepository } from './review.repository.js';
import { type ReviewItem, type ReviewQuery, reviewList, reviewQuery } from './review.schemas.js';

@ApiTags('Review')
@Controller('wikis/:wiki_id/review')
export class ReviewController {
  constructor(private readonly review: ReviewRepository) {}

  @Get()
  @Needs('read')
  @ApiOperation({
    summary: 'The tags to look through, and why each is there',
    description:
      'Tags of published pages from the current run, as people decided on them so far, by page_id and tag. Tags that people gave in the wiki itself are not among them.',
  })
  @ApiResponse({ status: 200, description: 'Some of the tags.', standardSchema: reviewList })
  @ApiProblems('wiki_not_found', 'page_not_found', 'cluster_not_found', 'validation_failed')
  items(
    @Param('wiki_id', { schema: wikiId }) wiki: number,
    @Query({ schema: reviewQuery }) query: ReviewQuery,
  ): Promise<List<'items', ReviewItem>> {
    return this.review.items(wiki, query);
  }
}
