import { z } from 'zod';
import { listOf, listQuery } from '../common/list-schemas.js';
import { wholeParameter } from '../common/storable-text.js';
import { AUDIT_ACTIONS } from './audit.js';

const entry = z.object({
  at: z.iso.datetime().meta({ description: 'When.' }),
  key_id: z.string().meta({ description: 'Whose key: a key_id, `configured-N` for one of API_KEYS, or `command`.' }),
  name: z.string().meta({ description: 'The name of the key at that time.' }),
  action: z.enum(AUDIT_ACTIONS).meta({ description: 'What was done.' }),
  wiki_id: z.int().nullable().meta({ description: 'The wiki it was done to; null: none.' }),
  job_id: z.string().nullable().meta({ description: 'The job it was done to; null: none.' }),
  subject: z.string().nullable().meta({ description: 'The key or other thing it was done to; null: none.' }),
  request_id: z.string().nullable().meta({ description: 'The `x-request-id` of the answer, also in the log.' }),
  address: z.string().nullable().meta({ description: 'Where the request came from; behind a proxy, the proxy.' }),
});

export const auditQuery = listQuery(z.string().regex(/^\d{1,18}$/)).extend({
  wiki_id: wholeParameter(1).optional().meta({ description: 'Only what was done to this wiki.', example: 1 }),
  job_id: z
    .string()
    .regex(/^[\w-]{1,100}$/, 'must be a job_id as POST /analyze/wiki/cluster gives it')
    .optional()
    .meta({ description: 'Only what was done to this job.', example: 'cluster_wiki_1_9f2c41d07a3b' }),
});
export const auditList = listOf('entries', entry);

export type AuditQuery = z.output<typeof auditQuery>;
export type AuditEntry = z.output<typeof entry>;
