import {
  applyDecorators,
  type CanActivate,
  type ExecutionContext,
  Inject,
  Injectable,
  SetMetadata,
  UseGuards,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiExtension } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { ApiProblems, Public } from '../common/api-docs.js';
import { Problem } from '../common/problem.js';
import { WindowCounts } from '../common/window-counts.js';
import { CONFIG, type Config } from '../config/config.js';
import { userOf } from './user.js';
import { UserTokens } from './user-tokens.js';

const MINUTE_MS = 60_000;
/** Addresses that send bad tokens may do so this share as often as a user may ask. */
const SHARE_WITHOUT_TOKEN = 1 / 100;

/** Who may use a route. `owner`: admins and the owner of the wiki that it is about, which the route itself checks. */
export type Who = 'user' | 'owner' | 'admin' | 'service';
const WHO = 'wikitag:who';

/** Says who may use a route of the wiki app. One without it answers 403 to everybody. */
export function For(who: Who): MethodDecorator {
  const refusals = { user: [], owner: ['user_not_allowed'], admin: ['user_not_allowed'], service: [] } as const;
  return applyDecorators(
    SetMetadata(WHO, who),
    ApiExtension('x-who', who),
    ...(who === 'service' ? [ApiProblems('signature_invalid')] : [ApiProblems('user_token_needed', 'rate_limited')]),
    ApiProblems('wiki_app_off', ...refusals[who]),
  );
}

/** 401 without a valid user token, 403 where an admin is needed, 429 for who asks too often, 404 where the app is off. */
@Injectable()
export class UserGuard implements CanActivate {
  private readonly counts = new WindowCounts();

  constructor(
    private readonly reflector: Reflector,
    private readonly tokens: UserTokens,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (!this.tokens.on)
      throw new Problem('wiki_app_off', 'The wiki app needs WIKI_JWT_SECRET, which is not set in this process.');
    const who = this.reflector.get<Who | undefined>(WHO, context.getHandler());
    if (who === undefined) throw new Problem('user_not_allowed', 'This route does not say who may use it: nobody may.');
    if (who === 'service') return true; // by the signature of the message, which the route checks
    const request = context.switchToHttp().getRequest<Request>();
    const response = context.switchToHttp().getResponse<Response>();
    const user = userOf(request);
    if (user === undefined) {
      await this.count(
        response,
        `address ${request.ip}`,
        Math.ceil(this.config.RATE_LIMIT_PER_MINUTE * SHARE_WITHOUT_TOKEN),
      );
      throw new Problem(
        'user_token_needed',
        'Send the header "Authorization: Bearer TOKEN" with a user token that is valid here.',
      );
    }
    await this.count(response, `user ${user.sub}`, this.config.RATE_LIMIT_PER_MINUTE);
    if (who === 'admin' && user.role !== 'admin') throw new Problem('user_not_allowed', 'Only an admin may do that.');
    return true;
  }

  /** @throws {Problem} rate_limited */
  private async count(response: Response, whose: string, limit: number): Promise<void> {
    if (limit === 0) return;
    const { isBlocked, timeToBlockExpire } = await this.counts.increment(whose, MINUTE_MS, limit);
    if (!isBlocked) return;
    response.setHeader('retry-after', timeToBlockExpire);
    const wait = `Wait ${timeToBlockExpire} s, as Retry-After says.`;
    throw new Problem('rate_limited', `More than ${limit} requests in a minute. ${wait}`);
  }
}

/** For a controller of the wiki app: users' tokens count there, not API keys. */
export const OfWikiApp = () => applyDecorators(Public(), UseGuards(UserGuard));
