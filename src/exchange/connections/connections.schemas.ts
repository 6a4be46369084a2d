import { z } from 'zod';
import { CONNECTOR_KINDS } from '../../connectors/contract.js';

const TITLE = { description: 'What the wiki calls itself.', example: 'Handbook' };
const PAGES = { description: 'How many pages it has; null where it does not say.', example: 4096 };
const CAN_WRITE = { description: 'Whether tags can be written to it.', example: true };
const PROBLEMS = { description: 'What is not as it should be, in words, each with what to do.', example: [] };

/** What a look at the wiki told. */
export const checkedWiki = z.object({
  title: z.string().meta(TITLE),
  pages: z.int().nullable().meta(PAGES),
  can_write: z.boolean().meta(CAN_WRITE),
  problems: z.array(z.string()).meta(PROBLEMS),
});

export const shownConnection = z.object({
  wiki_id: z.int().meta({ description: 'The number of the wiki.', example: 1 }),
  kind: z.enum(CONNECTOR_KINDS).meta({ description: 'What kind of wiki it is.' }),
  settings: z.record(z.string(), z.unknown()).meta({
    description: 'As they were sent, without passwords and tokens.',
    example: { folder: '/srv/wikis/handbook' },
  }),
  ...checkedWiki.shape,
  checked_at: z.iso.datetime().meta({ description: 'When the wiki was last looked at, UTC.' }),
  created_at: z.iso.datetime().meta({ description: 'When it was first connected, UTC.' }),
});
export type ShownConnection = z.output<typeof shownConnection>;
