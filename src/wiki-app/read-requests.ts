import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { rememberUser, userOf } from './user.js';
import type { UserTokens } from './user-tokens.js';

const JSON_LIMIT = '1mb';
/** The service's messages are small: it cuts long lists. */
const CALLBACK_LIMIT = '256kb';
const CALLBACK = /^\/tags\/callback\/?$/i;
const GATEWAY = /^\/service(\/|$)/i;
/** Pages are passed on as they come in, however many. */
const UPLOAD = /^\/service\/wikis\/[^/]+\/pages\/?$/i;

/**
 * For everything below /api: finds out who asks, then reads the body, as a signature needs it (text), as it is passed on
 * (bytes) or parsed. For who has no token nothing is read but a callback.
 */
export function readWikiAppRequests(tokens: UserTokens): RequestHandler {
  const json = express.json({ limit: JSON_LIMIT, strict: false });
  const bytes = express.raw({ limit: JSON_LIMIT, type: () => true });
  const text = express.text({ limit: CALLBACK_LIMIT, type: () => true });
  const readBody = (request: Request, response: Response, next: NextFunction) => {
    if (CALLBACK.test(request.path)) return text(request, response, next);
    if (userOf(request) === undefined || (request.method === 'POST' && UPLOAD.test(request.path))) return next();
    return (GATEWAY.test(request.path) ? bytes : json)(request, response, next);
  };
  return (request, response, next) => {
    const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) return readBody(request, response, next);
    tokens.userOf(token).then((user) => {
      if (user !== undefined) rememberUser(request, user);
      readBody(request, response, next);
    }, next);
  };
}
