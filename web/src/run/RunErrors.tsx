import type { Job } from '../api/types';
import { count } from '../shell/format';

/** What went wrong in a run, and what to do about it. */
export function RunErrors({ job: { errors, status } }: { job: Job }) {
  if (errors.length === 0) return null;
  const whole = errors.filter((error) => error.cluster_id === null);
  const clusters = errors.length - whole.length;
  return (
    <div className="warning">
      {whole.map((error) => (
        <p key={error.error}>{error.error}</p>
      ))}
      {clusters > 0 && (
        <details>
          <summary>{count(clusters, 'cluster')} could not be tagged; the rest is kept</summary>
          <ul>
            {errors
              .filter((error) => error.cluster_id !== null)
              .map((error) => (
                <li key={error.cluster_id}>
                  Cluster {error.cluster_id}: {error.error}
                </li>
              ))}
          </ul>
        </details>
      )}
      {(status === 'failed' || status === 'completed') && (
        <p>See to the cause, then press Resume: only what did not succeed is done again.</p>
      )}
    </div>
  );
}
