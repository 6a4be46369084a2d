import { z } from 'zod';
import { listOf, listQuery } from '../../common/list-schemas.js';
import { whole } from '../../common/storable-text.js';

export const KINDS = ['import', 'export'] as const;
export const STATUSES = [
  'queued',
  'running',
  'previewed',
  'writing',
  'completed',
  'failed',
  'cancelled',
  'undoing',
  'undone',
] as const;
export const PAGE_STATES = [
  'new',
  'planned',
  'prepared',
  'written',
  'unchanged',
  'skipped',
  'conflict',
  'undo_prepared',
  'restored',
  'kept',
] as const;

export const exchangeId = z
  .string()
  .regex(/^exchange_\w{1,100}$/, 'must be an exchange_id as POST /wikis/{wiki_id}/exchanges gives it')
  .meta({ description: 'The import or export.', example: 'exchange_1_9f2c41d07a3b' });

export const newExchange = z
  .strictObject(
    {
      kind: z.enum(KINDS, 'must be import or export').meta({
        description:
          '`import`: reads the pages that changed in the wiki. `export`: works out which tags would be written to it; nothing is written before `POST /exchanges/{exchange_id}/write`.',
      }),
    },
    { error: 'send {"kind": "import"} or {"kind": "export"}' },
  )
  .meta({ description: 'What to do.' });

const count = (description: string, example = 0) => z.int().meta({ description, example });

export const progress = z.object({
  pages_total: count('Pages it is about. An import knows it once the wiki’s pages are counted.', 300),
  pages_done: count('Those that are dealt with.', 120),
  created: count('Pages that were not there before.', 100),
  updated: count('Pages that differed from what was stored.', 20),
  deleted: count('Pages that are gone from the wiki.'),
  unchanged: count('Pages with nothing to do.', 180),
  planned: count('Pages that are to be written.'),
  written: count('Pages whose tags were written.'),
  skipped: count('Pages that could not be read or written, each with its reason.'),
  conflicts: count('Pages that people edited again and again while they were to be written.'),
  restored: count('Pages that are as they were before the export.'),
  kept: count('Pages that people had edited since: their edits stay, and only our tags were taken away.'),
});

const time = z.iso.datetime();

export const exchange = z.object({
  exchange_id: z.string().meta({ description: 'The import or export.', example: 'exchange_1_9f2c41d07a3b' }),
  wiki_id: z.int().meta({ description: 'The number of the wiki.', example: 1 }),
  kind: z.enum(KINDS).meta({ description: 'Which way it goes.' }),
  status: z.enum(STATUSES).meta({
    description:
      '`previewed`: an export that says what it would write and waits for `write`. `undone`: what it wrote was taken back.',
  }),
  progress: progress.meta({ description: 'How far it is.' }),
  waiting: z.string().nullable().meta({
    description: 'What it waits for, in words, while the wiki takes nothing; it goes on by itself.',
    example: null,
  }),
  error: z
    .string()
    .nullable()
    .meta({ description: 'Why it failed and what to do; null where it did not.', example: null }),
  created_at: time.meta({ description: 'When it was asked for, UTC.' }),
  completed_at: time.nullable().meta({ description: 'When it last ended, UTC; null while it goes on.' }),
});

const exchangedPage = z.object({
  page_id: z.string().meta({ description: 'The page.', example: 'page-17' }),
  title: z.string().meta({ description: 'Its title.', example: 'Brewing espresso' }),
  add: z
    .array(z.string())
    .meta({ description: 'Tags that are, or would be, added; as the page spells them.', example: ['coffee'] }),
  remove: z.array(z.string()).meta({ description: 'Tags that are, or would be, taken away.', example: [] }),
  state: z.enum(PAGE_STATES).meta({
    description:
      '`new`: not looked at yet. `planned`: would be written. `prepared`: is being written. `written`. `unchanged`: is as it should be. `skipped`, `conflict`: see `reason`. `undo_prepared`: is being taken back. `restored`: is as it was before. `kept`: people had edited it since.',
  }),
  reason: z.string().nullable().meta({ description: 'Why, for people.', example: null }),
});

export const exchangeListQuery = listQuery(whole(1));
export const exchangeList = listOf('exchanges', exchange);
export const exchangedPageListQuery = listQuery(whole(0)).extend({
  state: z.enum(PAGE_STATES).optional().meta({ description: 'Only pages in this state.' }),
});
export const exchangedPageList = listOf('pages', exchangedPage);

export type NewExchange = z.output<typeof newExchange>;
export type Progress = z.output<typeof progress>;
export type Exchange = z.output<typeof exchange>;
export type ExchangedPage = z.output<typeof exchangedPage>;
export type ExchangeListQuery = z.output<typeof exchangeListQuery>;
export type ExchangedPageListQuery = z.output<typeof exchangedPageListQuery>;
