import { z } from 'zod';
import { listOf, listQuery } from '../../common/list-schemas.js';
import { storableText, whole, wholeParameter } from '../../common/storable-text.js';

/** Clusters and tags are fewer than pages: all of a usual wiki's come in one answer. */
const WHOLE_WIKI = 1000;

const CLUSTER_ID = {
  description: 'The number of the cluster within its run: 0, 1, 2 … in the working layer, then the broader layers.',
  example: 12,
};
const PAGE_ID = { description: 'The id of the page.', example: 'page-17' };
const TITLE = { description: 'The title of the page.', example: 'Brewing espresso' };
const JOB_ID = { description: 'The run that made it.', example: 'cluster_wiki_1_abc123' };
const TAG = { description: 'The tag.', example: 'coffee' };
const confidence = z.number().meta({ description: 'How sure the tag is, 0 to 1.', example: 0.84 });
const probability = {
  description: 'How firmly the page belongs to its cluster, 0 to 1; null: the current run has not seen it.',
  example: 0.93,
};
const outlierScore = {
  description: 'How far the page stands apart, 0 to 1; null: the current run has not seen it.',
  example: 0.11,
};

export const clusterId = wholeParameter(0, 2_147_483_647, 'cluster_id').meta(CLUSTER_ID);

const cluster = z.object({
  cluster_id: z.int().meta(CLUSTER_ID),
  label: z
    .string()
    .nullable()
    .meta({ description: 'A name for people; null where tagging failed.', example: 'Coffee' }),
  size: z.int().meta({ description: 'Published pages in the cluster, in its narrower ones too.', example: 23 }),
  tags: z
    .array(z.object({ tag: z.string().meta(TAG), confidence }))
    .meta({ description: 'The tags of the cluster, the surest first.' }),
  representatives: z
    .array(z.object({ page_id: z.string().meta(PAGE_ID), title: z.string().meta(TITLE) }))
    .meta({ description: 'Central and diverse pages, the best first.' }),
  persistence: z.number().meta({ description: 'How clearly the cluster stands out; more is clearer.', example: 1.7 }),
  layer: z.int().meta({ description: '0: the working layer; each broader layer counts one up.', example: 0 }),
  parent_id: z
    .int()
    .nullable()
    .meta({ description: 'The cluster of the next broader layer that holds this one; null: none.', example: 361 }),
  job_id: z.string().meta(JOB_ID),
});

const clusterPage = z.object({
  page_id: z.string().meta(PAGE_ID),
  title: z.string().meta(TITLE),
  cluster_id: z.int().meta({ description: 'The page’s cluster in the working layer.', example: 12 }),
  probability: z.number().meta(probability),
  outlier_score: z.number().meta(outlierScore),
});

const pages = (description: string, example: number) => z.int().meta({ description, example });

const tagCount = z.object({
  tag: z.string().meta(TAG),
  pages: pages('Published pages that carry the tag: applied by a run, or given by people.', 23),
  suggested_pages: pages('Pages for which the tag is only suggested.', 4),
  human_pages: pages('Pages to which people gave the tag.', 2),
});

const exportedTag = z.object({
  tag: z.string().meta(TAG),
  confidence,
  source: z.enum(['cluster', 'nearest', 'individual', 'human']).meta({
    description: 'Where it comes from: the page’s cluster, the cluster nearest to an outlier, the page alone, people.',
    example: 'cluster',
  }),
  status: z.enum(['applied', 'suggested', 'rejected']).meta({
    description: '`suggested`: less sure than `auto_apply_threshold`. Tags of people are always `applied`.',
    example: 'applied',
  }),
  cluster_id: z.int().nullable().meta({ description: 'The cluster that it comes from; null: none.', example: 12 }),
  job_id: z
    .string()
    .nullable()
    .meta({ description: 'The run that made it; null: people did.', example: JOB_ID.example }),
});

export const exportedPage = z.object({
  page_id: z.string().meta(PAGE_ID),
  title: z.string().meta(TITLE),
  cluster_id: z
    .int()
    .nullable()
    .meta({ description: 'The page’s cluster; null: an outlier, or not seen.', example: 12 }),
  assigned_cluster_id: z
    .int()
    .nullable()
    .meta({ description: 'For an outlier: the cluster that it was put to afterwards.', example: null }),
  cluster_path: z
    .array(z.int())
    .meta({ description: 'The page’s clusters, from the broadest layer to the narrowest.', example: [400, 361, 12] }),
  probability: z.number().nullable().meta(probability),
  outlier_score: z.number().nullable().meta(outlierScore),
  tags: z.array(exportedTag).meta({ description: 'Tags of people first, then those of runs, the surest first.' }),
});

const coordinate = (axis: string, example: number) =>
  z.number().meta({ description: `How far ${axis} on the map, -1 to 1.`, example });

export const mappedPage = z.object({
  page_id: z.string().meta(PAGE_ID),
  x: coordinate('right', 0.42),
  y: coordinate('up', -0.17),
  cluster_id: z
    .int()
    .nullable()
    .meta({ description: 'The page’s cluster in the working layer; null: an outlier.', example: 12 }),
});

export const clusterListQuery = listQuery(whole(0), WHOLE_WIKI);
export const clusterList = listOf('clusters', cluster);
export const clusterPageList = listOf('pages', clusterPage);
export const tagListQuery = listQuery(z.tuple([whole(0), storableText(0)]), WHOLE_WIKI);
export const tagList = listOf('tags', tagCount);

export type Cluster = z.output<typeof cluster>;
export type ClusterPage = z.output<typeof clusterPage>;
export type TagCount = z.output<typeof tagCount>;
export type ClusterListQuery = z.output<typeof clusterListQuery>;
export type TagListQuery = z.output<typeof tagListQuery>;
