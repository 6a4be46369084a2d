import { Inject, Injectable, Logger } from '@nestjs/common';
import { errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { storableText } from '../common/storable-text.js';
import { JWT_SECRET } from './jwt-secret.js';
import { ROLES, type User } from './user.js';

/** No other: a token must not choose how it is verified (RFC 8725, 3.1). */
const ALGORITHM = 'HS256';

/** As long as the hash (RFC 7518, 3.2). */
const ENOUGH_BYTES = 32;
const ADMIN: User = { sub: 'admin', role: 'admin' };
const claims = z.object({ sub: storableText(1, 200), role: z.enum(ROLES) });
const bytesOf = (secret: string) => new TextEncoder().encode(secret);

/** Makes a token that is valid for so many hours from now. */
export function signUserToken(secret: string, { sub, role }: User, hours: number): Promise<string> {
  const seconds = Math.floor(Date.now() / 1000);
  return new SignJWT({ role })
    .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
    .setSubject(sub)
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + Math.round(hours * 3600))
    .sign(bytesOf(secret));
}

/** The address of the page with a token in its fragment, which browsers keep to themselves. Valid for a long working day. */
export async function adminLinkTo(url: string, secret: string, user: User = ADMIN, hours = 12): Promise<string> {
  return `${url}/admin#token=${await signUserToken(secret, user, hours)}`;
}

/** Tells whose token a text is. */
@Injectable()
export class UserTokens {
  private readonly secret: Uint8Array | undefined;

  constructor(@Inject(JWT_SECRET) secret: string | undefined) {
    this.secret = secret === undefined ? undefined : bytesOf(secret);
    if (this.secret !== undefined && this.secret.length < ENOUGH_BYTES)
      new Logger('WikiApp').warn(
        `WIKI_JWT_SECRET has ${this.secret.length} bytes: whoever has a token can try to guess it. Take ${ENOUGH_BYTES} random ones or more.`,
      );
  }

  /** False: there is no secret to verify tokens with. */
  get on(): boolean {
    return this.secret !== undefined;
  }

  /** The user of a valid token; undefined for any other text. `exp` and `nbf` count where they are there. */
  async userOf(token: string): Promise<User | undefined> {
    if (this.secret === undefined) return undefined;
    try {
      const { payload } = await jwtVerify(token, this.secret, { algorithms: [ALGORITHM] });
      return claims.safeParse(payload).data;
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }
}
