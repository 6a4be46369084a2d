import { service } from '../api/service';
import type { Wiki } from '../api/types';
import { useLoad } from '../shell/use-load';
import { Waiting } from '../shell/Waiting';
import { isActive } from './follow-job';
import { PastRuns } from './PastRuns';
import { Progress } from './Progress';
import { StartRun } from './StartRun';

/** Start a run, watch it, and look back at the earlier ones. */
export function RunView({ wiki }: { wiki: Wiki }) {
  const id = wiki.wiki_id;
  const jobs = useLoad(
    async (signal) => {
      const [all, { current_job_id }] = await Promise.all([service.jobs(id, signal), service.wiki(id, signal)]);
      return { all, current: all.find((job) => job.job_id === current_job_id) };
    },
    [id],
  );
  const { reload } = jobs;
  return (
    <>
      <h1>{wiki.name}</h1>
      <Waiting of={jobs} what="the runs">
        {({ all, current }) => {
          const active = all.find(isActive);
          return (
            <>
              {active === undefined ? (
                <StartRun wikiId={id} jobs={all} current={current} started={reload} />
              ) : (
                <Progress key={active.job_id} seen={active} onEnd={reload} />
              )}
              <PastRuns jobs={all.filter((job) => !isActive(job))} current={current} changed={reload} />
            </>
          );
        }}
      </Waiting>
    </>
  );
}
