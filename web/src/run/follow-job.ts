import { service } from '../api/service';
import { eventsOf } from '../api/streams';
import type { Job } from '../api/types';

const POLL_MS = 1500;
/** Events that failed so often in a row are given up for this run: a proxy in between may hold them back. */
const MAX_FAILURES = 3;

export const isActive = (job: Pick<Job, 'status'>): boolean => job.status === 'queued' || job.status === 'processing';

export type Channel = 'events' | 'polling';

/**
 * Tells every state of a run until it has ended: by server-sent events, and by asking where they break off.
 * A service that is away for a while is asked again; `onFault` hears of it, and of its end with undefined.
 */
export async function followJob(
  jobId: string,
  onState: (job: Job, channel: Channel) => void,
  onFault: (error: unknown) => void,
  signal: AbortSignal,
): Promise<void> {
  for (let failures = 0; !signal.aborted; ) {
    let ended = false;
    const tell = (job: Job, channel: Channel) => {
      ended = !isActive(job);
      onState(job, channel);
    };
    try {
      if (failures < MAX_FAILURES) {
        for await (const job of eventsOf<Job>(await service.events(jobId, signal), 'job')) tell(job, 'events');
      }
      if (!ended) tell(await service.job(jobId, signal), 'polling');
      onFault(undefined);
    } catch (error) {
      if (signal.aborted) return;
      failures++;
      onFault(error);
    }
    if (ended) return;
    await pause(POLL_MS, signal);
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
