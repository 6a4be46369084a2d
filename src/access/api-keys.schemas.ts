import { z } from 'zod';
import { listOf, listQuery } from '../common/list-schemas.js';
import { storableText, whole } from '../common/storable-text.js';
import { SCOPES } from './needs.js';

const MAX_WIKIS = 1000;

export const keyId = z
  .string()
  .regex(/^key_[0-9a-f]{12}$/, 'must be a key_id as POST /api-keys gives it')
  .meta({ description: 'The key.', example: 'key_5f0c1e9ab7d2' });

const name = storableText(1, 100)
  .refine((text) => text.trim() !== '', { error: 'must not be blank' })
  .meta({ description: 'Who uses the key and what for.', example: 'Handbook wiki' });

const scopes = z
  .array(z.enum(SCOPES, { error: `must be one of ${SCOPES.join(', ')}` }))
  .min(1, 'must name at least one scope')
  .max(SCOPES.length, 'must name each scope once')
  .transform((given) => SCOPES.filter((scope) => given.includes(scope)));

export const newApiKey = z
  .strictObject(
    {
      name,
      scopes: scopes.meta({
        description: 'What it may do. `admin` includes `read` and `write`; those two do not include each other.',
        example: ['read', 'write'],
      }),
      wiki_ids: z
        .array(whole(1))
        .min(1, 'must name a wiki; leave it out for a key to all wikis')
        .max(MAX_WIKIS, `must not name more than ${MAX_WIKIS} wikis`)
        .transform((ids) => [...new Set(ids)])
        .optional()
        .meta({ description: 'The wikis it is bound to. Absent: all, those made later too.', example: [1] }),
      expires_in_days: z
        .number()
        .int('must be a whole number of days')
        .min(1, 'must be a day at least')
        .max(3650, 'must not be more than 3650 days')
        .optional()
        .meta({ description: 'When it ends by itself. Absent: never.', example: 365 }),
    },
    {
      error: (issue) =>
        issue.code === 'unrecognized_keys'
          ? `unknown field ${issue.keys?.slice(0, 5).join(', ')}; known are name, scopes, wiki_ids and expires_in_days`
          : 'send a JSON object like {"name": "Handbook wiki", "scopes": ["read"]}, with content-type application/json',
    },
  )
  .meta({ description: 'A key to make.' });

const time = z.iso.datetime();

export const apiKey = z.object({
  key_id: z.string().meta({ description: 'The key.', example: 'key_5f0c1e9ab7d2' }),
  name: z.string().meta({ description: 'Who uses it and what for.' }),
  prefix: z.string().meta({ description: 'How the key begins, to know it by.', example: 'wikitag_k3v9xw2q' }),
  scopes: z.array(z.enum(SCOPES)).meta({ description: 'What it may do.' }),
  wiki_ids: z.array(z.int()).nullable().meta({ description: 'The wikis it is bound to; null: all.' }),
  created_at: time.meta({ description: 'When it was made.' }),
  created_by: z.string().meta({ description: 'The key_id that made it, or `command`.' }),
  last_used_at: time.nullable().meta({ description: 'When it was last used, to the minute; null: never.' }),
  expires_at: time.nullable().meta({ description: 'When it ends by itself; null: never.' }),
  revoked_at: time.nullable().meta({ description: 'When it was revoked; null: it was not.' }),
});

export const createdApiKey = apiKey.extend({
  key: z.string().meta({ description: 'The key itself. Keep it now: it is not stored and never shown again.' }),
});

export const keyListQuery = listQuery(z.string().regex(/^key_[0-9a-f]{12}$/));
export const keyList = listOf('api_keys', apiKey);

export type NewApiKey = z.output<typeof newApiKey>;
export type ApiKey = z.output<typeof apiKey>;
export type CreatedApiKey = z.output<typeof createdApiKey>;
export type KeyListQuery = z.output<typeof keyListQuery>;
