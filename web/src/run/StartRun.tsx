import { useState } from 'react';
import { ApiError } from '../api/http';
import { service } from '../api/service';
import type { Job, RunOptions } from '../api/types';
import { wikiApp } from '../api/wiki-app';
import { Fault } from '../shell/Fault';
import { duration, figure } from '../shell/format';
import { hrefOf } from '../shell/route';
import { useAction } from '../shell/use-action';
import { useLoad } from '../shell/use-load';
import { Waiting } from '../shell/Waiting';
import { estimate } from './estimate';
import { Options, USUAL_OPTIONS } from './Options';
import { type PageChanges, pageChanges } from './page-changes';

/** What a run would have to do, what it costs, and the buttons that begin it. */
export function StartRun({
  wikiId,
  jobs,
  current,
  started,
}: {
  wikiId: number;
  jobs: readonly Job[];
  /** The run whose clusters and tags the wiki shows. */
  current: Job | undefined;
  started: () => void;
}) {
  const changes = useLoad(
    async (signal) => pageChanges(await service.storedPages(wikiId, signal), current),
    [wikiId, current?.job_id],
  );
  const [options, setOptions] = useState<RunOptions>(USUAL_OPTIONS);
  const { run, busy, error } = useAction();
  const start = (dry_run: boolean) =>
    run(async () => {
      await wikiApp.start(wikiId, { ...options, dry_run }).catch((failure: unknown) => {
        if (!(failure instanceof ApiError && failure.code === 'run_active')) throw failure; // one begun elsewhere is shown
      });
      started();
    });
  return (
    <section className="panel" aria-labelledby="start">
      <h2 id="start">Tag this wiki</h2>
      <Waiting of={changes} what="the pages">
        {(found) =>
          found.pages === 0 ? (
            <p>
              This wiki has no pages yet. <a href={hrefOf(wikiId, 'exchange')}>Connect it</a>, or send pages by the API.
            </p>
          ) : (
            <>
              <Facts changes={found} jobs={jobs} options={options} />
              <Options value={options} onChange={setOptions} again={current !== undefined} />
              <p className="row">
                <button type="button" className="main" disabled={busy} onClick={() => start(false)}>
                  Start
                </button>
                <button type="button" disabled={busy} onClick={() => start(true)}>
                  Try it first (dry run)
                </button>
              </p>
              <p className="quiet">
                A dry run does all the work and changes nothing: you see which tags would come and go, then apply it or
                not.
              </p>
            </>
          )
        }
      </Waiting>
      <Fault error={error} />
    </section>
  );
}

function Facts({ changes, jobs, options }: { changes: PageChanges; jobs: readonly Job[]; options: RunOptions }) {
  const pages = options.regenerate_clusters ? changes.pages : changes.added + changes.changed;
  const { calls, seconds, measured } = estimate(pages, jobs, options.handle_outliers === 'individual');
  return (
    <dl className="facts">
      <div>
        <dt>Pages</dt>
        <dd>
          {figure(changes.pages)}
          <small>
            {changes.added + changes.changed === 0
              ? 'none new or changed since the last run'
              : `${figure(changes.added)} new, ${figure(changes.changed)} changed`}
          </small>
        </dd>
      </div>
      <div>
        <dt>Takes about</dt>
        <dd>
          {duration(seconds)}
          <small>{measured ? 'as the last run took' : 'a first guess'}, plus the wait for other runs</small>
        </dd>
      </div>
      <div>
        <dt>LLM calls</dt>
        <dd>
          about {figure(calls)}
          <small>one a cluster; none where keywords make the tags</small>
        </dd>
      </div>
    </dl>
  );
}
