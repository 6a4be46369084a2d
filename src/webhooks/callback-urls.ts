import { Inject, Injectable } from '@nestjs/common';
import type { Webhook } from 'standardwebhooks';
import { ForbiddenUrl } from '../common/outside/target.js';
import { Problem } from '../common/problem.js';
import { CONFIG, type Config } from '../config/config.js';
import { readCallbackUrl } from './callback-url.js';
import { SIGNER } from './signing.js';

/** Says which callback URLs a request may name. */
@Injectable()
export class CallbackUrls {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(SIGNER) private readonly signer: Webhook | undefined,
  ) {}

  /** Gives the URL in its one normal spelling. @throws {Problem} validation_failed, naming the field and not its value */
  accept(text: string): string {
    if (this.signer === undefined)
      throw refused('cannot be called: WEBHOOK_SECRET is not set in the service, and messages must be signed');
    try {
      return readCallbackUrl(text, this.config.WEBHOOK_ALLOWED_HOSTS).url.href;
    } catch (error) {
      if (error instanceof ForbiddenUrl) throw refused(error.message);
      throw error;
    }
  }
}

function refused(message: string): Problem {
  const field = 'callback_url';
  return new Problem('validation_failed', `${field}: ${message}`, { errors: [{ field, message }] });
}
