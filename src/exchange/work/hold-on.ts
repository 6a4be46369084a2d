import { FencedOff } from '../../pipeline/faults.js';
import type { Claimed, ClaimsRepository } from './claims.repository.js';
import { ExchangeCancelled } from './faults.js';

/**
 * Beats the heart of a claimed exchange. The signal fires with the reason when somebody cancels it, when another worker took
 * it, or when `shutdown` fires.
 */
export function holdOn(
  claims: ClaimsRepository,
  job: Claimed,
  { leaseMs, beatMs }: { leaseMs: number; beatMs: number },
  shutdown: AbortSignal,
): { signal: AbortSignal; stop: () => void } {
  const own = new AbortController();
  let lastBeat = performance.now();
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const beat = async () => {
    try {
      if (await claims.heartbeat(job, leaseMs)) own.abort(new ExchangeCancelled('cancelled'));
      lastBeat = performance.now();
    } catch (error) {
      if (error instanceof FencedOff) own.abort(error);
      // the database may be restarting: work goes on until the lease is over and somebody else may take it
      else if (performance.now() - lastBeat > leaseMs)
        own.abort(new FencedOff('no heartbeat could be written for too long'));
    }
    if (!stopped && !own.signal.aborted) timer = setTimeout(() => void beat(), beatMs);
  };
  timer = setTimeout(() => void beat(), beatMs);
  return {
    signal: AbortSignal.any([own.signal, shutdown]),
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
