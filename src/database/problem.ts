import { Problem } from '../common/problem.js';
import { databaseFault } from './faults.js';

/** What a client is told where the database cannot do now what was asked: 503, and never a word of SQL. */
export function databaseProblem(error: unknown): Problem | undefined {
  const fault = databaseFault(error);
  if (fault === undefined || fault.kind === 'refused') return undefined;
  return new Problem('not_ready', `Not possible now: ${fault.says}. Send it again in a while.`);
}
