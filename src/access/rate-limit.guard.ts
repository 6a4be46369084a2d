import { type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  InjectThrottlerOptions,
  InjectThrottlerStorage,
  ThrottlerGuard,
  type ThrottlerLimitDetail,
  type ThrottlerModuleOptions,
  type ThrottlerStorage,
} from '@nestjs/throttler';
import type { Request } from 'express';
import { IS_PUBLIC } from '../common/api-docs.js';
import { Problem } from '../common/problem.js';
import { CONFIG, type Config } from '../config/config.js';
import { callerOf } from './caller.js';

const MINUTE_MS = 60_000;
/** Who has no key may try this share of what a key may do: enough to notice a mistake, little to guess with. */
const SHARE_WITHOUT_KEY = 1 / 100;

/** How @nestjs/throttler counts here: one count a caller, whatever the route. */
export function throttlerOptions(config: Config, storage: ThrottlerStorage): ThrottlerModuleOptions {
  const perKey = config.RATE_LIMIT_PER_MINUTE;
  const perAddress = Math.ceil(perKey * SHARE_WITHOUT_KEY);
  const limit = (context: ExecutionContext) => (callerOf(requestOf(context)) === undefined ? perAddress : perKey);
  return { throttlers: [{ ttl: MINUTE_MS, limit }], storage };
}

/**
 * 429 for a key that asks more often than RATE_LIMIT_PER_MINUTE, and much sooner for an address that asks without a valid
 * one. The two counts are apart: guesses from an address do not touch the keys that are used there. Comes before the
 * guard of the keys, so that its refusals count.
 */
@Injectable()
export class RateLimitGuard extends ThrottlerGuard {
  constructor(
    @InjectThrottlerOptions() options: ThrottlerModuleOptions,
    @InjectThrottlerStorage() storage: ThrottlerStorage,
    reflector: Reflector,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    super(options, storage, reflector);
  }

  protected override async shouldSkip(context: ExecutionContext): Promise<boolean> {
    const route = [context.getHandler(), context.getClass()];
    return (
      this.config.RATE_LIMIT_PER_MINUTE === 0 || this.reflector.getAllAndOverride<boolean>(IS_PUBLIC, route) === true
    );
  }

  protected override async getTracker(request: Record<string, unknown>): Promise<string> {
    const caller = callerOf(request as unknown as Request);
    return caller === undefined ? `address ${await super.getTracker(request)}` : `key ${caller.keyId}`;
  }

  protected override generateKey(_context: ExecutionContext, tracker: string): string {
    return tracker;
  }

  protected override async throwThrottlingException(
    _context: ExecutionContext,
    { limit, timeToBlockExpire }: ThrottlerLimitDetail,
  ): Promise<void> {
    const wait = `Wait ${timeToBlockExpire} s, as Retry-After says.`;
    throw new Problem('rate_limited', `More than ${limit} requests in a minute. ${wait}`);
  }
}

function requestOf(context: ExecutionContext): Request {
  return context.switchToHttp().getRequest<Request>();
}
