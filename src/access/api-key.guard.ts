import { createHash, timingSafeEqual } from 'node:crypto';
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { IS_PUBLIC } from '../common/api-docs.js';
import { Problem } from '../common/problem.js';
import { API_KEYS } from './api-keys.js';

/** Lets a request in that carries one of the API keys as `Authorization: Bearer KEY`, or that asks for a public route. */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  private readonly digests: readonly Buffer[];

  constructor(
    private readonly reflector: Reflector,
    @Inject(API_KEYS) keys: readonly string[],
  ) {
    this.digests = keys.map(digest);
  }

  canActivate(context: ExecutionContext): boolean {
    if (this.reflector.getAllAndOverride<boolean>(IS_PUBLIC, [context.getHandler(), context.getClass()])) return true;
    const header = context.switchToHttp().getRequest<Request>().headers.authorization ?? '';
    const given = /^Bearer +(\S+)$/i.exec(header)?.[1];
    if (given === undefined)
      throw new Problem(
        'unauthorized',
        'Send the header "Authorization: Bearer KEY" with one of the keys in API_KEYS.',
      );
    const wanted = digest(given);
    // every key is compared, in constant time, so that neither length nor position can be measured
    const matches = this.digests.filter((known) => timingSafeEqual(known, wanted)).length;
    if (matches === 0)
      throw new Problem(
        'unauthorized',
        'This API key is not known here. Check API_KEYS, or the key printed at the first start.',
      );
    return true;
  }
}

function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
