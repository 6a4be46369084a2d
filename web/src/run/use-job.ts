import { useEffect, useState } from 'react';
import type { Job } from '../api/types';
import { type Channel, followJob } from './follow-job';

/** A run as it goes on. `seen` is what is known of it when the component appears. */
export function useJob(seen: Job, onEnd: () => void): { job: Job; channel: Channel; error: unknown } {
  const [state, setState] = useState<{ job: Job; channel: Channel }>({ job: seen, channel: 'events' });
  const [error, setError] = useState<unknown>();
  const id = seen.job_id;
  useEffect(() => {
    const aborter = new AbortController();
    followJob(id, (job, channel) => setState({ job, channel }), setError, aborter.signal).then(
      () => aborter.signal.aborted || onEnd(),
    );
    return () => aborter.abort();
  }, [id, onEnd]);
  return { ...state, error };
}
