import { useState } from 'react';
import type { Job } from '../api/types';
import { count, duration, figure, when } from '../shell/format';
import { hrefOf } from '../shell/route';
import { Diff } from './Diff';
import { RunActions } from './RunActions';
import { RunErrors } from './RunErrors';

const SHOWN = 10;

/** The runs that have ended, newest first, with what can be done about each. */
export function PastRuns({
  jobs,
  current,
  changed,
}: {
  jobs: readonly Job[];
  /** The run whose clusters and tags the wiki shows. */
  current: Job | undefined;
  changed: () => void;
}) {
  if (jobs.length === 0) return null;
  return (
    <section aria-labelledby="past">
      <h2 id="past">Earlier runs</h2>
      <ul className="runs">
        {jobs.slice(0, SHOWN).map((job, at) => (
          <li key={job.job_id} className="panel">
            <PastRun job={job} newest={at === 0} current={job.job_id === current?.job_id} changed={changed} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function PastRun({
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
  const [shown, setShown] = useState(false);
  const seconds = Object.values(job.timings).reduce((sum, stage) => sum + stage, 0);
  const { progress } = job;
  return (
    <>
      <h3>
        {job.dry_run ? 'Dry run' : 'Run'} of {when(job.created_at)} <Outcome job={job} />
      </h3>
      <p className="quiet">
        {count(progress.pages_fetched, 'page')}, {count(progress.clusters_created, 'cluster')},{' '}
        {figure(progress.tags_applied)} page tags {job.dry_run && job.applied_at === null ? 'would be ' : ''}applied,{' '}
        {duration(seconds)}
      </p>
      {newest && <RunErrors job={job} />}
      <div className="row">
        {current && (
          <a className="button" href={hrefOf(job.wiki_id, 'map')}>
            See the result
          </a>
        )}
        {current && (
          <a className="button" href={hrefOf(job.wiki_id, 'review')}>
            Review the tags
          </a>
        )}
        {job.status === 'completed' && (
          <button type="button" aria-expanded={shown} onClick={() => setShown(!shown)}>
            {job.dry_run && job.applied_at === null ? 'What would change' : 'What it changed'}
          </button>
        )}
        <RunActions job={job} newest={newest} current={current} changed={changed} />
      </div>
      {shown && <Diff jobId={job.job_id} dry={job.dry_run && job.applied_at === null} />}
    </>
  );
}

function Outcome({ job }: { job: Job }) {
  if (job.undone_at !== null) return <span className="tag off">undone</span>;
  if (job.dry_run && job.status === 'completed')
    return <span className="tag">{job.applied_at === null ? 'not applied' : 'applied'}</span>;
  if (job.status === 'completed')
    return <span className="tag good">{job.errors.length > 0 ? 'completed with errors' : 'completed'}</span>;
  return <span className="tag bad">{job.status}</span>;
}
