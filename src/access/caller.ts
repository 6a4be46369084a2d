import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { Problem } from '../common/problem.js';
import type { Scope } from './needs.js';

/** Whose key it is and what it may do. */
export interface KeyHolder {
  readonly keyId: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** The wikis it is bound to; null: all of them. */
  readonly wikiIds: readonly number[] | null;
  /** Kept in the database, and so revocable while the service runs. */
  readonly stored: boolean;
}

/** Who acts, as the audit log has it. */
export interface Actor {
  readonly keyId: string;
  readonly name: string;
  readonly requestId: string | null;
  readonly address: string | null;
}

/** A request's holder of a valid key. */
export type Caller = KeyHolder & Actor;

const callers = new WeakMap<object, Caller | Error>();

/** Remembers who made the request; an error where that could not be found out. */
export function rememberCaller(request: Request, caller: Caller | Error): void {
  callers.set(request, caller);
}

/** Undefined without a valid key. @throws {Error} where it could not be found out */
export function callerOf(request: Request): Caller | undefined {
  const caller = callers.get(request);
  if (caller instanceof Error) throw caller;
  return caller;
}

/** The caller, as a parameter of a route. */
export const CallerOf = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const caller = callerOf(context.switchToHttp().getRequest<Request>());
  if (caller === undefined) throw new Problem('unauthorized', 'This route needs an API key.');
  return caller;
});
