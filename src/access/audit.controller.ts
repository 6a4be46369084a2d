import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { ApiProblems } from '../common/api-docs.js';
import { type List, listFrom } from '../common/cursor.js';
import { rows } from '../database/rows.js';
import { type AuditEntry, type AuditQuery, auditList, auditQuery } from './audit.schemas.js';
import { type Caller, CallerOf } from './caller.js';
import { Needs } from './needs.js';

type AuditRow = Omit<AuditEntry, 'at'> & { readonly audit_id: string; readonly at: Date };

@ApiTags('Access')
@Controller('audit')
export class AuditController {
  constructor(private readonly db: DataSource) {}

  @Get()
  @Needs('admin', 'own wikis')
  @ApiOperation({ summary: 'Who did what, the latest first', description: 'Nothing is ever taken out of this list.' })
  @ApiResponse({ status: 200, description: 'Some of the entries.', standardSchema: auditList })
  @ApiProblems('validation_failed', 'wiki_not_found', 'job_not_found')
  async list(
    @Query({ schema: auditQuery }) { limit, cursor, wiki_id, job_id }: AuditQuery,
    @CallerOf() { wikiIds }: Caller,
  ): Promise<List<'entries', AuditEntry>> {
    const found = await rows<AuditRow>(
      this.db,
      `SELECT audit_id, at, key_id, name, action, wiki_id, job_id, subject, request_id, address FROM audit_log
        WHERE ($1::bigint IS NULL OR audit_id < $1) AND ($2::int IS NULL OR wiki_id = $2)
          AND ($3::text IS NULL OR job_id = $3) AND ($4::int[] IS NULL OR wiki_id = ANY($4))
        ORDER BY audit_id DESC LIMIT $5`,
      [cursor ?? null, wiki_id ?? null, job_id ?? null, wikiIds, limit + 1],
    );
    const { entries, next_cursor } = listFrom('entries', found, limit, (row) => row.audit_id);
    return { entries: entries.map(({ audit_id, ...row }) => ({ ...row, at: row.at.toISOString() })), next_cursor };
  }
}
