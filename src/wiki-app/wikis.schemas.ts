import { z } from 'zod';
import { listOf, listQuery } from '../common/list-schemas.js';
import { storableText, whole } from '../common/storable-text.js';
import { ROLES } from './user.js';

const owner = storableText(1, 200).nullable().meta({
  description: 'The `sub` of the owner, who may manage the wiki like an admin; null: nobody.',
  example: 'mary',
});

export const me = z.object({
  sub: z.string().meta({ description: 'Who you are, as your token says.' }),
  role: z.enum(ROLES).meta({ description: '`admin`: may manage every wiki. `member`: those they own.' }),
  wikis: z.array(z.int()).meta({ description: 'The wikis you own, by wiki_id.' }),
});

export const wikiListQuery = listQuery(z.string().or(z.int()));

const managedWiki = z.object({
  wiki_id: z.int().meta({ description: 'The wiki.' }),
  name: z.string().meta({ description: 'Its name.' }),
  pages: z.int().meta({ description: 'How many pages it has, unpublished ones included.' }),
  current_job_id: z
    .string()
    .nullable()
    .meta({ description: 'The run whose clusters are current; null before the first.' }),
  created_at: z.iso.datetime().meta({ description: 'When it was made.' }),
  owner: z.string().nullable().meta({ description: 'Who owns it; null: nobody.' }),
});
export const managedWikis = listOf('wikis', managedWiki);

const strict = {
  error: (issue: { code?: string }) => (issue.code === 'invalid_type' ? 'must be a JSON object' : undefined),
};

export const newWiki = z.strictObject(
  {
    name: storableText(1, 200).meta({ description: 'Its name, for people.', example: 'Handbook' }),
    owner: owner.default(null),
  },
  strict,
);
export const createdWiki = z.object({
  wiki_id: z.int().meta({ description: 'The wiki.' }),
  name: z.string().meta({ description: 'Its name.' }),
  owner: z.string().nullable().meta({ description: 'Who owns it; null: nobody.' }),
});

export const newOwner = z.strictObject({ owner }, strict);
export const ownedWiki = z.object({
  wiki_id: whole(1).meta({ description: 'The wiki.' }),
  owner: z.string().nullable().meta({ description: 'Who owns it now.' }),
});

export type Me = z.output<typeof me>;
export type ManagedWiki = z.output<typeof managedWiki>;
export type NewWiki = z.output<typeof newWiki>;
export type WikiListQuery = z.output<typeof wikiListQuery>;
