import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request, Response } from 'express';
import { DataSource } from 'typeorm';
import { IS_PUBLIC } from '../common/api-docs.js';
import { Problem } from '../common/problem.js';
import { type Caller, callerOf } from './caller.js';
import { NEED, type Need, type Scope } from './needs.js';
import { OpenRequests } from './open-requests.js';
import { namedWikis } from './wiki-of-request.js';

/**
 * Lets a request in whose key may do what the route needs: 401 without a valid key, 403 where the key may not do that,
 * and for a key bound to wikis the 404 of what is not there, wherever another wiki is named.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly db: DataSource,
    private readonly open: OpenRequests,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const route = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean>(IS_PUBLIC, route)) return true;
    const request = context.switchToHttp().getRequest<Request>();
    const caller = callerOf(request);
    if (caller === undefined)
      throw new Problem('unauthorized', 'Send the header "Authorization: Bearer KEY" with a key that is valid here.');
    const need = this.reflector.getAllAndOverride<Need | undefined>(NEED, route);
    if (need === undefined) throw new Problem('forbidden', 'This route does not say who may use it: nobody may.');
    if (!mayDo(caller, need.scope))
      throw new Problem(
        'forbidden',
        `This needs a key with the scope '${need.scope}'; yours has ${caller.scopes.join(', ')}.`,
      );
    if (caller.wikiIds !== null) await this.assertReach(need, request, caller.wikiIds);
    this.open.watch(caller, context.switchToHttp().getResponse<Response>());
    return true;
  }

  private async assertReach({ reach }: Need, request: Request, wikiIds: readonly number[]): Promise<void> {
    if (reach === 'all wikis')
      throw new Problem('forbidden', 'This needs a key to all wikis; yours is bound to some of them.');
    const named = await namedWikis(this.db, request, wikiIds);
    if (named.refused !== undefined) throw named.refused;
    if (reach === 'one wiki' && !named.any)
      throw new Problem('forbidden', 'Your key is bound to some wikis, and the request names none of them.');
  }
}

function mayDo({ scopes }: Caller, scope: Scope): boolean {
  return scopes.includes('admin') || scopes.includes(scope);
}
