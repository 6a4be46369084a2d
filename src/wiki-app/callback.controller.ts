import { Body, Controller, Headers, HttpCode, Inject, Logger, Post, Query } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type Webhook, WebhookVerificationError } from 'standardwebhooks';
import { z } from 'zod';
import { ApiProblems } from '../common/api-docs.js';
import { Problem } from '../common/problem.js';
import { JobsRepository } from './jobs.repository.js';
import { serviceJob } from './service-schemas.js';
import { For, OfWikiApp } from './user.guard.js';

/** Nest injection token of what verifies messages, `Webhook | undefined`: undefined where there is no secret. */
export const MESSAGE_VERIFIER = Symbol('MESSAGE_VERIFIER');

const message = z.object({ data: serviceJob });
const requestId = z.uuid('must be as it stands in the address that the service was given').optional().meta({
  description: 'The request that asked for the run, as the wiki app wrote it into the address.',
});

@ApiTags('Runs')
@OfWikiApp()
@Controller('api/tags/callback')
export class CallbackController {
  private readonly logger = new Logger('WikiApp');

  constructor(
    private readonly jobs: JobsRepository,
    @Inject(MESSAGE_VERIFIER) private readonly verifier: Webhook | undefined,
  ) {}

  @Post()
  @HttpCode(204)
  @For('service')
  @ApiOperation({
    summary: 'Where the tagging service sends its messages',
    description: 'Signed as Standard Webhooks has it. The same message may come any number of times.',
  })
  @ApiHeader({ name: 'webhook-id', description: 'The message.' })
  @ApiHeader({ name: 'webhook-timestamp', description: 'When it was sent: not more than five minutes ago.' })
  @ApiHeader({ name: 'webhook-signature', description: 'Signature of id, timestamp and body.' })
  @ApiConsumes('application/json')
  @ApiBody({ description: '`{type, timestamp, data}`; data is the job.', schema: { type: 'object' } })
  @ApiResponse({ status: 204, description: 'Taken note of.' })
  @ApiProblems('validation_failed', 'payload_too_large')
  async take(
    @Body() body: unknown,
    @Headers() headers: Record<string, string>,
    @Query('request', { schema: requestId }) request: string | undefined,
  ): Promise<void> {
    const read = message.safeParse(this.verified(body, headers));
    if (!read.success)
      throw new Problem('validation_failed', 'The message is genuine, but not one that the wiki app knows.');
    const { job_id, wiki_id } = read.data.data;
    if (!(await this.jobs.told(request, read.data.data)))
      this.logger.warn(`a message about run ${job_id} of wiki ${wiki_id}, which nobody asked for here`);
  }

  /** @throws {Problem} signature_invalid */
  private verified(body: unknown, headers: Record<string, string>): unknown {
    if (this.verifier === undefined)
      throw new Problem('signature_invalid', 'WEBHOOK_SECRET is not set here: no message can be verified.');
    try {
      return this.verifier.verify(typeof body === 'string' ? body : '', headers);
    } catch (error) {
      if (error instanceof WebhookVerificationError || error instanceof SyntaxError)
        throw new Problem(
          'signature_invalid',
          `${error.message}. Is WEBHOOK_SECRET the same as in the tagging service?`,
        );
      throw error;
    }
  }
}
