import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { ApiProblems, Public } from '../common/api-docs.js';
import { Problem } from '../common/problem.js';
import { type Check, Readiness } from './readiness.js';

const live = z.object({ status: z.literal('up').meta({ description: 'The process answers.' }) });
const ready = z.object({
  status: z.literal('up').meta({ description: 'All checks passed.' }),
  checks: z
    .record(z.string(), z.object({ status: z.enum(['up', 'down']), detail: z.string().optional() }))
    .meta({ description: 'database, queue, worker.' }),
});

@ApiTags('Operations')
@Public()
@Controller('health')
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  @Get('live')
  @ApiOperation({ summary: 'Is the process alive?' })
  @ApiResponse({ status: 200, description: 'It is.', standardSchema: live })
  live(): { status: 'up' } {
    return { status: 'up' };
  }

  @Get('ready')
  @ApiOperation({
    summary: 'Can it work?',
    description: 'Looks at the database, the queue, and whether workers make progress.',
  })
  @ApiResponse({ status: 200, description: 'It can.', standardSchema: ready })
  @ApiProblems('not_ready')
  async ready(): Promise<{ status: 'up'; checks: Record<string, Check> }> {
    const checks = await this.readiness.check();
    const down = Object.entries(checks).filter(([, check]) => check.status === 'down');
    if (down.length === 0) return { status: 'up', checks };
    throw new Problem('not_ready', down.map(([name, check]) => `${name}: ${check.detail}`).join('; '), { checks });
  }
}
