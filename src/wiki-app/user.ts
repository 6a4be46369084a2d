import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { Problem } from '../common/problem.js';

export const ROLES = ['admin', 'member'] as const;
export type Role = (typeof ROLES)[number];

/** Who makes a request, as the token says. */
export interface User {
  readonly sub: string;
  readonly role: Role;
}

const users = new WeakMap<object, User>();

export function rememberUser(request: Request, user: User): void {
  users.set(request, user);
}

/** Undefined without a valid token. */
export function userOf(request: Request): User | undefined {
  return users.get(request);
}

/** The user, as a parameter of a route. */
export const UserOf = createParamDecorator((_: unknown, context: ExecutionContext): User => {
  const user = userOf(context.switchToHttp().getRequest<Request>());
  if (user === undefined) throw new Problem('user_token_needed', 'This route needs a user token.');
  return user;
});
