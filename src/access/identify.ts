import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { withLogContext } from '../common/logging.js';
import { callerOf, rememberCaller } from './caller.js';
import type { KeyRing } from './key-ring.js';

/**
 * Finds out who makes the request, before its body is read, and refuses nobody: that is for the guards, who know the
 * route. Lines logged from here on carry the key_id.
 */
export function identifyCaller(keys: KeyRing): RequestHandler {
  return (request: Request, response: Response, next: NextFunction) => {
    const text = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (text === undefined) return next();
    const requestId = String(response.getHeader('x-request-id') ?? '') || null;
    keys.holderOf(text).then(
      (holder) => {
        if (holder === undefined) return next();
        rememberCaller(request, { ...holder, requestId, address: request.ip ?? null });
        withLogContext({ key_id: holder.keyId }, next);
      },
      (error: unknown) => {
        // kept for the guard: a route that needs no key works all the same
        rememberCaller(request, error instanceof Error ? error : new Error(String(error)));
        next();
      },
    );
  };
}

/** True where the body is worth reading: nobody without a key makes the service parse one. */
export function isIdentified(request: Request): boolean {
  try {
    return callerOf(request) !== undefined;
  } catch {
    return false;
  }
}
