/**
 * `conflict`: the transaction lost against another one and may be tried again at once. `away`: the server, or the way to
 * it, is not there. `unable`: it is there and cannot do it now. `refused`: it will not do it, now or later.
 */
export type DatabaseFaultKind = 'conflict' | 'away' | 'unable' | 'refused';

export interface DatabaseFault {
  readonly kind: DatabaseFaultKind;
  /** For people: what is wrong with the database. Never SQL, never data. */
  readonly says: string;
}

/** SQLSTATE classes and codes (PostgreSQL, appendix A) and Node's codes of failed connections; the first that fits counts. */
const BY_CODE: readonly (readonly [RegExp, DatabaseFaultKind, string])[] = [
  [/^40(001|P01)$/, 'conflict', 'two transactions were in conflict'],
  [/^57P0[12]$/, 'away', 'PostgreSQL shuts down or restarts'],
  [/^57P03$/, 'away', 'PostgreSQL is starting up'],
  [/^(08|57P05$)/, 'away', 'the connection to PostgreSQL broke'],
  [
    /^(ECONN|EPIPE$|ETIMEDOUT$|EHOSTUNREACH$|ENETUNREACH$|ENOTFOUND$|EAI_AGAIN$)/,
    'away',
    'PostgreSQL cannot be reached',
  ],
  [/^25006$/, 'unable', 'the database is read-only'],
  [/^53100$/, 'unable', 'the disk of the database is full'],
  [/^53200$/, 'unable', 'PostgreSQL is out of memory'],
  [/^53300$/, 'unable', 'PostgreSQL has too many connections'],
  [/^53/, 'unable', 'PostgreSQL is at one of its limits'],
  [/^(57014|55P03|25P0[34])$/, 'unable', 'the database took longer than it is allowed to'],
  [/^58/, 'unable', 'PostgreSQL cannot read or write its files'],
  [/^(28|3D)/, 'unable', 'PostgreSQL does not let us in'],
];

/** What `pg` and its pool say without a code. */
const BY_MESSAGE: readonly (readonly [RegExp, DatabaseFaultKind, string])[] = [
  [/^timeout exceeded when trying to connect/, 'unable', 'no connection to PostgreSQL became free'],
  [/^(Connection terminated|Client has encountered a connection error)/, 'away', 'the connection to PostgreSQL broke'],
];

/** What is wrong with the database, where the error is one of it; undefined for every other error. */
export function databaseFault(error: unknown): DatabaseFault | undefined {
  // by shape, not by class: the driver's own errors and those that TypeORM wraps
  const { driverError, code, message, severity } = Object(error) as Record<string, unknown>;
  if (driverError !== undefined && driverError !== null) return databaseFault(driverError) ?? REFUSED;
  const known =
    typeof code === 'string'
      ? BY_CODE.find(([pattern]) => pattern.test(code))
      : BY_MESSAGE.find(([pattern]) => typeof message === 'string' && pattern.test(message));
  if (known !== undefined) return { kind: known[1], says: known[2] };
  return typeof severity === 'string'
    ? { kind: 'refused', says: `PostgreSQL refused a statement (${code})` }
    : undefined;
}

const REFUSED: DatabaseFault = { kind: 'refused', says: 'PostgreSQL refused a statement' };

/** Whether a transaction lost against another one: for `withRetries`, at once but for a jitter. */
export function isConflict(error: unknown): boolean {
  return databaseFault(error)?.kind === 'conflict';
}
