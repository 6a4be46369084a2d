import { Readable } from 'node:stream';
import { Controller, Get, Param, Query, StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { Needs } from '../access/needs.js';
import { ApiProblems } from '../common/api-docs.js';
import type { List } from '../common/cursor.js';
import { exportLines } from './export.js';
import { mapLines } from './map.js';
import { noSuchCluster, ResultsRepository } from './results.repository.js';
import { type PageListQuery, pageListQuery } from './schemas/page.js';
import {
  type Cluster,
  type ClusterListQuery,
  type ClusterPage,
  clusterId,
  clusterList,
  clusterListQuery,
  clusterPageList,
  exportedPage,
  mappedPage,
  type TagCount,
  type TagListQuery,
  tagList,
  tagListQuery,
} from './schemas/results.js';
import { wikiId } from './schemas/wiki.js';
import { WikisRepository } from './wikis.repository.js';

const NDJSON = 'application/x-ndjson';

@ApiTags('Results')
@Controller('wikis/:wiki_id')
export class ResultsController {
  constructor(
    private readonly db: DataSource,
    private readonly wikis: WikisRepository,
    private readonly results: ResultsRepository,
  ) {}

  @Get('clusters')
  @Needs('read')
  @ApiOperation({
    summary: 'List the current clusters of all layers, by cluster_id',
    description: 'Those of the last run that got as far as clustering. None before the first.',
  })
  @ApiResponse({ status: 200, description: 'Clusters.', standardSchema: clusterList })
  @ApiProblems('wiki_not_found', 'validation_failed')
  async clusters(
    @Param('wiki_id', { schema: wikiId }) wiki: number,
    @Query({ schema: clusterListQuery }) query: ClusterListQuery,
  ): Promise<List<'clusters', Cluster>> {
    const job = await this.wikis.currentJob(wiki);
    return job === null ? { clusters: [], next_cursor: null } : this.results.clusters(job, query);
  }

  @Get('clusters/:cluster_id/pages')
  @Needs('read')
  @ApiOperation({
    summary: 'List the pages of a cluster, by page_id',
    description:
      'Its members; in a broader layer those of the narrower clusters. Outliers put to it afterwards are in the export.',
  })
  @ApiResponse({ status: 200, description: 'Pages.', standardSchema: clusterPageList })
  @ApiProblems('wiki_not_found', 'cluster_not_found', 'validation_failed')
  async clusterPages(
    @Param('wiki_id', { schema: wikiId }) wiki: number,
    @Param('cluster_id', { schema: clusterId }) cluster: number,
    @Query({ schema: pageListQuery }) query: PageListQuery,
  ): Promise<List<'pages', ClusterPage>> {
    const job = await this.wikis.currentJob(wiki);
    if (job === null) throw noSuchCluster(cluster);
    return this.results.clusterPages(job, cluster, query);
  }

  @Get('tags')
  @Needs('read')
  @ApiOperation({ summary: 'List the tags with their page counts, the most used first' })
  @ApiResponse({ status: 200, description: 'Tags.', standardSchema: tagList })
  @ApiProblems('wiki_not_found', 'validation_failed')
  async tags(
    @Param('wiki_id', { schema: wikiId }) wiki: number,
    @Query({ schema: tagListQuery }) query: TagListQuery,
  ): Promise<List<'tags', TagCount>> {
    await this.wikis.assertExists(wiki);
    return this.results.tags(wiki, query);
  }

  @Get('export')
  @Needs('read')
  @ApiOperation({
    summary: 'Export every published page with its clusters and tags',
    description: 'NDJSON, one page a line, by page_id, streamed.',
  })
  @LinesOf(exportedPage)
  @ApiProblems('wiki_not_found', 'validation_failed')
  async export(@Param('wiki_id', { schema: wikiId }) wiki: number): Promise<StreamableFile> {
    await this.wikis.assertExists(wiki);
    return streamed(exportLines(this.db, wiki));
  }

  @Get('map')
  @Needs('read')
  @ApiOperation({
    summary: 'Draw the wiki: a place in the plane for every page',
    description:
      'NDJSON, one page a line, by page_id, streamed. Pages about similar things stand together; pages with the same embedding ' +
      'share a spot, and those with nothing to go by a corner. The same pages give the same map. A page that the current run ' +
      'has not seen has no line, and before the first run there are none. With `regenerate_clusters: false` pages that did not ' +
      'change stay where they were.',
  })
  @LinesOf(mappedPage)
  @ApiProblems('wiki_not_found', 'validation_failed')
  async map(@Param('wiki_id', { schema: wikiId }) wiki: number): Promise<StreamableFile> {
    const job = await this.wikis.currentJob(wiki);
    return streamed(job === null ? [] : mapLines(this.db, job));
  }
}

function streamed(lines: Iterable<string> | AsyncIterable<string>): StreamableFile {
  return new StreamableFile(Readable.from(lines), { type: `${NDJSON}; charset=utf-8` });
}

/** Documents an answer of one such object a line. */
function LinesOf(line: z.ZodType): MethodDecorator {
  return ApiResponse({
    status: 200,
    description: 'One such object a line.',
    content: { [NDJSON]: { schema: z.toJSONSchema(line, { target: 'openapi-3.0', io: 'output' }) as never } },
  });
}
