import { databaseFault } from '../database/faults.js';
import { TaggingError } from '../tagging/types.js';
import { FencedOff, RunCancelled, RunFailed, RunTimedOut, ShutDown } from './faults.js';

/**
 * What becomes of a run after an error.
 *
 * | outcome | the run |
 * |---|---|
 * | `skip` | goes on; this cluster or page is named in `errors` |
 * | `retryable` | is left as it stands and looked at again after a while |
 * | `fatal` | ends as failed; what is done stays, and `resume` goes on from there |
 * | `cancelled` | ends as cancelled |
 * | `parked` | is left for another worker, at once |
 * | `not ours` | belongs to another worker or is over: nothing more is written |
 */
export type Outcome = 'skip' | 'retryable' | 'fatal' | 'cancelled' | 'parked' | 'not ours';

export interface Verdict {
  readonly outcome: Outcome;
  /** For people: what went wrong, and what to do where there is something to do. */
  readonly reason: string;
}

/**
 * The fault policy, all of it: what each error that comes out of a stage, or out of one cluster's work, means for the run.
 * What may help at once was done before: the LLM and the embedder retry by their own policies (tagging/llm/faults.ts,
 * embedding/openai), `RunRepository.fenced` repeats a transaction that lost against another. docs/error-handling.md has
 * the same as a table, and a test compares.
 */
export function verdictOn(error: unknown): Verdict {
  if (error instanceof FencedOff) return { outcome: 'not ours', reason: error.message };
  if (error instanceof RunCancelled) return { outcome: 'cancelled', reason: error.message };
  if (error instanceof ShutDown) return { outcome: 'parked', reason: error.message };
  if (error instanceof RunTimedOut || error instanceof RunFailed) return { outcome: 'fatal', reason: error.message };
  if (error instanceof TaggingError)
    return error.kind === 'fatal'
      ? { outcome: 'fatal', reason: `Nothing can be tagged: ${error.message}` }
      : { outcome: 'skip', reason: error.message };
  const database = databaseFault(error);
  if (database?.kind === 'refused')
    return {
      outcome: 'fatal',
      reason: `${database.says}, and would again. The log of the worker has all of it; mend it and resume the run.`,
    };
  if (database !== undefined) return { outcome: 'retryable', reason: `Not possible for now: ${database.says}.` };
  return { outcome: 'fatal', reason: error instanceof Error ? error.message : String(error) }; // bad vectors, no memory, a bug
}
