import { service } from '../api/service';
import type { Job } from '../api/types';
import { Fault } from '../shell/Fault';
import { figure, when } from '../shell/format';
import { useAction } from '../shell/use-action';
import { RunErrors } from './RunErrors';
import { describe, percentDone, STAGES } from './stages';
import { useJob } from './use-job';

/** The run under way: the bar, the stage, the counters, and a way to stop it. */
export function Progress({ seen, onEnd }: { seen: Job; onEnd: () => void }) {
  const { job, channel, error } = useJob(seen, onEnd);
  const cancel = useAction();
  const percent = percentDone(job);
  const text = describe(job);
  const stage = STAGES.findIndex((candidate) => candidate.stage === job.stage);
  return (
    <section className="panel" aria-labelledby="progress">
      <h2 id="progress">{job.dry_run ? 'A dry run is under way' : 'A run is under way'}</h2>
      <div
        className="progress"
        role="progressbar"
        aria-labelledby="progress"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={`${text}, ${percent} %`}
      >
        <div style={{ width: `${percent}%` }} />
      </div>
      <p className="row spread">
        <strong aria-live="polite">{text}</strong>
        <span>{percent}&nbsp;%</span>
      </p>
      <ol className="stages" aria-label="Stages">
        {STAGES.map(({ stage: name, label }, at) => (
          <li key={name} className={at < stage ? 'done' : undefined} aria-current={at === stage ? 'step' : undefined}>
            {label}
          </li>
        ))}
      </ol>
      <Counters job={job} />
      {job.setback !== null && (
        <p className="warning">
          It stands still: {job.setback.error} It goes on by itself
          {job.setback.next_look_at !== null && `, and looks again at ${when(job.setback.next_look_at)}`}.
        </p>
      )}
      <RunErrors job={job} />
      <Fault error={error ?? cancel.error} />
      <p className="row">
        <button
          type="button"
          disabled={cancel.busy}
          onClick={() => cancel.run(() => service.tell(job.job_id, 'cancel'))}
        >
          Cancel the run
        </button>
        <small className="quiet">
          What is done stays, and the run can be resumed. {channel === 'polling' && 'Asked every few seconds.'}
        </small>
      </p>
    </section>
  );
}

export function Counters({ job: { progress } }: { job: Job }) {
  const counters: [string, number][] = [
    ['pages', progress.pages_fetched],
    ['clusters found', progress.clusters_created],
    ['clusters tagged', progress.clusters_processed],
    ['tags made', progress.tags_generated],
    ['page tags applied', progress.tags_applied],
    ['outliers placed', progress.outliers_handled],
  ];
  return (
    <dl className="counters">
      {counters.map(([label, n]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{figure(n)}</dd>
        </div>
      ))}
    </dl>
  );
}
