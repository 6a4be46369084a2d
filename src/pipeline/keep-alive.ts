import { FencedOff, RunCancelled, RunTimedOut, ShutDown } from './faults.js';
import type { Run } from './run.js';
import { LEASE_SECONDS, type RunRepository } from './run.repository.js';

const BEAT_MS = 1000;

/**
 * Beats the heart of a claimed run. The signal fires with the reason when somebody cancels it, when it takes too long,
 * when another worker took it, or when `shutdown` fires.
 */
export function keepAlive(
  runs: RunRepository,
  run: Run,
  timeoutSeconds: number,
  shutdown: AbortSignal,
): { signal: AbortSignal; stop: () => void } {
  const own = new AbortController();
  const deadline = (run.started_at ?? new Date()).getTime() + timeoutSeconds * 1000;
  let lastBeat = Date.now();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const beat = async () => {
    try {
      if (Date.now() > deadline) {
        own.abort(
          new RunTimedOut(
            `The run took longer than PIPELINE_TIMEOUT_SECONDS (${timeoutSeconds}). ${run.setback === null ? 'Raise it' : `What held it up: ${run.setback} Mend that`} and resume the run.`,
          ),
        );
        return;
      }
      if (await runs.heartbeat(run)) own.abort(new RunCancelled('cancelled'));
      lastBeat = Date.now();
    } catch (error) {
      if (error instanceof FencedOff) own.abort(error);
      // the database may be restarting: work goes on until the lease is over and somebody else may take the run
      else if (Date.now() - lastBeat > LEASE_SECONDS * 1000)
        own.abort(new FencedOff('no heartbeat could be written for too long'));
    }
    if (!stopped && !own.signal.aborted) timer = setTimeout(beat, BEAT_MS);
  };
  const goDown = () => own.abort(new ShutDown('the process shuts down'));
  shutdown.addEventListener('abort', goDown, { once: true });
  if (shutdown.aborted) goDown();
  void beat();
  return {
    signal: own.signal,
    stop: () => {
      stopped = true;
      shutdown.removeEventListener('abort', goDown);
      clearTimeout(timer);
    },
  };
}
