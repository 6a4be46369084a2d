import { useState } from 'react';
import { service } from '../api/service';
import type { Exchange } from '../api/types';
import { Confirm } from '../shell/Confirm';
import { Fault } from '../shell/Fault';
import { figure, when } from '../shell/format';
import { useAction } from '../shell/use-action';
import { ExchangePages } from './ExchangePages';

const SAYS: Readonly<Record<Exchange['status'], string>> = {
  queued: 'waiting for a worker',
  running: 'under way',
  previewed: 'ready to be looked at',
  writing: 'writing',
  completed: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
  undoing: 'being undone',
  undone: 'undone',
};
const COUNTERS = [
  'created',
  'updated',
  'deleted',
  'unchanged',
  'planned',
  'written',
  'skipped',
  'conflicts',
  'restored',
  'kept',
] as const;

/** An import or an export: how far it is, what can be done about it, and its pages. */
export function ExchangeCard({
  exchange,
  working,
  changed,
}: {
  exchange: Exchange;
  working: boolean;
  changed: () => void;
}) {
  const { exchange_id: id, kind, status, progress } = exchange;
  const { run, busy, error } = useAction();
  const [toggled, setToggled] = useState<boolean>();
  const shown = toggled ?? status === 'previewed'; // a preview is there to be looked at
  const tell = (what: 'write' | 'undo' | 'cancel' | 'resume') =>
    run(() => service.tellExchange(id, what)).then(changed);
  const counters = COUNTERS.filter((name) => progress[name]! > 0);
  return (
    <>
      <h3>
        {kind === 'import' ? 'Fetching pages' : 'Writing tags'}, {when(exchange.created_at)}{' '}
        <span className={`tag ${status === 'failed' ? 'bad' : status === 'completed' ? 'good' : ''}`}>
          {SAYS[status]}
        </span>
      </h3>
      {working && <Bar progress={progress} says={SAYS[status]} />}
      {counters.length > 0 && (
        <p className="quiet">
          {counters
            .map((name) => `${figure(progress[name]!)} ${name === 'planned' ? 'to be written' : name}`)
            .join(' · ')}
        </p>
      )}
      {exchange.waiting !== null && <p className="warning">{exchange.waiting}</p>}
      {exchange.error !== null && <p className="warning">{exchange.error}</p>}
      <div className="row">
        {status === 'previewed' && (
          <Confirm
            label="Write to the wiki"
            question="Write these tags to the pages of the wiki? A page that somebody edits meanwhile is left as they made it. It can be undone."
            busy={busy}
            act={() => tell('write')}
          />
        )}
        {working && (
          <button type="button" disabled={busy} onClick={() => tell('cancel')}>
            Cancel
          </button>
        )}
        {(status === 'failed' || status === 'cancelled') && (
          <button type="button" disabled={busy} onClick={() => tell('resume')}>
            Resume
          </button>
        )}
        {kind === 'export' && progress['written']! > 0 && !working && status !== 'undone' && (
          <Confirm
            label="Undo"
            question="Take what was written out of the wiki again? Pages that nobody touched since are as before; where somebody did, their edit stays and only our tags go."
            busy={busy}
            act={() => tell('undo')}
          />
        )}
        {kind === 'export' && (
          <button type="button" aria-expanded={shown} onClick={() => setToggled(!shown)}>
            Page by page
          </button>
        )}
      </div>
      <Fault error={error} />
      {shown && <ExchangePages exchangeId={id} status={status} />}
    </>
  );
}

function Bar({ progress, says }: { progress: Exchange['progress']; says: string }) {
  const total = progress['pages_total']!;
  const done = progress['pages_done']!;
  const percent = total > 0 ? Math.min(100, Math.round((100 * done) / total)) : undefined;
  return (
    <div
      className="progress"
      role="progressbar"
      aria-label={says}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={total > 0 ? `${figure(done)} of ${figure(total)} pages` : says}
    >
      <div style={{ width: `${percent ?? 0}%` }} />
    </div>
  );
}
