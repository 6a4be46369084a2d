import { z } from 'zod';
import { listOf, listQuery } from '../../common/list-schemas.js';
import { pageId } from '../../wiki/schemas/page.js';

const status = z.enum(['applied', 'suggested']).meta({ description: 'Its status.' });
const confidence = z.number().meta({ description: 'How sure it is, 0 to 1.', example: 0.84 });
const tag = z.string().meta({ description: 'The tag.', example: 'coffee' });
const standing = z.object({ confidence, status });
const tags = z.array(standing.extend({ tag }));

const page = z.object({
  page_id: z.string().meta({ description: 'The page.', example: 'page-17' }),
  title: z.string().meta({ description: 'Its title.', example: 'Brewing espresso' }),
  added: tags.meta({ description: 'Tags that it has after the run and not before.' }),
  removed: tags.meta({ description: 'Tags that it had before and has no more.' }),
  changed: z
    .array(
      z.object({
        tag,
        from: standing.meta({ description: 'Before.' }),
        to: standing.meta({ description: 'After.' }),
      }),
    )
    .meta({ description: 'Tags with another status, another spelling, or a confidence that differs by .01 or more.' }),
});

const count = (description: string) => z.int().meta({ description, example: 12 });
const totals = z.object({
  pages_changed: count('Pages with any difference.'),
  tags_added: count('Page-tags that came.'),
  tags_removed: count('Page-tags that went.'),
  tags_changed: count('Page-tags that stayed and changed.'),
});

export const diffQuery = listQuery(pageId);
export const diffList = listOf('pages', page).extend({ totals: totals.meta({ description: 'Over all pages.' }) });

export type DiffPage = z.output<typeof page>;
export type DiffTotals = z.output<typeof totals>;
export type DiffQuery = z.output<typeof diffQuery>;
