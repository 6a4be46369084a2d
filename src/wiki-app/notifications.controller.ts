import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { ApiProblems } from '../common/api-docs.js';
import { type List, listFrom } from '../common/cursor.js';
import { listOf, listQuery } from '../common/list-schemas.js';
import { Problem } from '../common/problem.js';
import { rows } from '../database/rows.js';
import { KINDS } from './news.js';
import { For, OfWikiApp } from './user.guard.js';
import { type User, UserOf } from './user.js';

const id = z
  .string()
  .regex(/^\d{1,18}$/, 'must be a notification_id')
  .meta({ description: 'The notification.', example: '12' });
const time = z.iso.datetime();
const query = listQuery(id);
const notification = z.object({
  notification_id: id,
  kind: z
    .enum(KINDS)
    .meta({ description: 'What happened. `started`: a start whose answer was late succeeded after all.' }),
  message: z.string().meta({ description: 'The same for people.' }),
  wiki_id: z.int().meta({ description: 'The wiki it is about.' }),
  job_id: z.string().nullable().meta({ description: 'The job it is about; null where there never was one.' }),
  created_at: time.meta({ description: 'When you were told.' }),
  read_at: time.nullable().meta({ description: 'When you said that you have read it; null before.' }),
});
type Notification = z.output<typeof notification>;
type Row = Omit<Notification, 'created_at' | 'read_at'> & { readonly created_at: Date; readonly read_at: Date | null };

@ApiTags('Notifications')
@ApiProblems('validation_failed')
@OfWikiApp()
@Controller('api/notifications')
export class NotificationsController {
  constructor(private readonly db: DataSource) {}

  @Get()
  @For('user')
  @ApiOperation({ summary: 'What happened to the runs that you started', description: 'Your own; the latest first.' })
  @ApiResponse({ status: 200, description: 'Some of them.', standardSchema: listOf('notifications', notification) })
  async list(
    @Query({ schema: query }) { limit, cursor }: z.output<typeof query>,
    @UserOf() { sub }: User,
  ): Promise<List<'notifications', Notification>> {
    const found = await rows<Row>(
      this.db,
      `SELECT notification_id, kind, message, wiki_id, job_id, n.created_at, read_at
         FROM wiki_app_notifications n JOIN wiki_app_jobs j USING (request_id)
        WHERE sub = $1 AND ($2::bigint IS NULL OR notification_id < $2) ORDER BY notification_id DESC LIMIT $3`,
      [sub, cursor ?? null, limit + 1],
    );
    return listFrom('notifications', found.map(toNotification), limit, (item) => item.notification_id);
  }

  @Post(':notification_id/read')
  @HttpCode(204)
  @For('user')
  @ApiOperation({ summary: 'Say that you have read it' })
  @ApiResponse({ status: 204, description: 'Noted.' })
  @ApiProblems('notification_not_found')
  async read(@Param('notification_id', { schema: id }) notificationId: string, @UserOf() { sub }: User): Promise<void> {
    const found = await rows(
      this.db,
      `UPDATE wiki_app_notifications SET read_at = coalesce(read_at, now()) WHERE notification_id = $1 AND sub = $2
       RETURNING 1`,
      [notificationId, sub],
    );
    if (found.length > 0) return;
    throw new Problem(
      'notification_not_found',
      `You have no notification ${notificationId}. GET /api/notifications lists yours.`,
    );
  }
}

function toNotification({ created_at, read_at, ...row }: Row): Notification {
  return { ...row, created_at: created_at.toISOString(), read_at: read_at?.toISOString() ?? null };
}
