import { service } from '../api/service';
import type { Job } from '../api/types';
import { Confirm } from '../shell/Confirm';
import { Fault } from '../shell/Fault';
import { useAction } from '../shell/use-action';

type What = 'resume' | 'undo' | 'apply';

/** Buttons for what can be done about a run that has ended. */
export function RunActions({
  job,
  newest,
  current,
  changed,
}: {
  job: Job;
  newest: boolean;
  current: boolean;
  changed: () => void;
}) {
  const { run, busy, error } = useAction();
  const tell = (what: What) => run(() => service.tell(job.job_id, what)).then((done) => done && changed());
  const unfinished = job.status === 'failed' || job.status === 'cancelled' || job.errors.length > 0;
  return (
    <>
      {newest && unfinished && job.undone_at === null && (
        <button type="button" disabled={busy} onClick={() => tell('resume')}>
          Resume
        </button>
      )}
      {newest && job.dry_run && job.status === 'completed' && job.applied_at === null && (
        <Confirm
          label="Apply"
          question="Give the wiki the clusters and tags of this dry run? It can be undone."
          busy={busy}
          act={() => tell('apply')}
        />
      )}
      {current && (
        <Confirm
          label="Undo"
          question="Take this run back? The wiki gets the clusters and tags from before it. What you and others approved, rejected or renamed since is kept."
          busy={busy}
          act={() => tell('undo')}
        />
      )}
      <Fault error={error} />
    </>
  );
}
