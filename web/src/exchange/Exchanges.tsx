import { useEffect } from 'react';
import { service } from '../api/service';
import type { Exchange } from '../api/types';
import { Fault } from '../shell/Fault';
import { useAction } from '../shell/use-action';
import { useLoad } from '../shell/use-load';
import { Waiting } from '../shell/Waiting';
import { ExchangeCard } from './ExchangeCard';

const LOOK_MS = 1000;
const WORKING: ReadonlySet<Exchange['status']> = new Set(['queued', 'running', 'writing', 'undoing']);

/** Fetches pages and writes tags, and shows what came of it. Asked every second while something is under way. */
export function Exchanges({ wikiId }: { wikiId: number }) {
  const all = useLoad((signal) => service.exchanges(wikiId, signal), [wikiId]);
  const { run, busy, error } = useAction();
  const { reload } = all;
  const working = all.data?.some((exchange) => WORKING.has(exchange.status)) === true;
  useEffect(() => {
    if (!working) return;
    const timer = setInterval(reload, LOOK_MS);
    return () => clearInterval(timer);
  }, [working, reload]);
  const begin = (kind: Exchange['kind']) => run(() => service.beginExchange(wikiId, kind)).finally(reload);
  return (
    <section aria-labelledby="exchanges">
      <h2 id="exchanges">Pages in, tags out</h2>
      <div className="row">
        <button type="button" className="main" disabled={busy || working} onClick={() => begin('import')}>
          Fetch new and changed pages
        </button>
        <button type="button" disabled={busy || working} onClick={() => begin('export')}>
          Preview writing tags
        </button>
      </div>
      <p className="quiet">Nothing is written to the wiki before you have seen the preview and said so.</p>
      <Fault error={error} />
      <Waiting of={all} what="what was done so far">
        {(exchanges) => (
          <ul className="plain runs">
            {exchanges.map((exchange) => (
              <li key={exchange.exchange_id} className="panel">
                <ExchangeCard exchange={exchange} working={WORKING.has(exchange.status)} changed={reload} />
              </li>
            ))}
          </ul>
        )}
      </Waiting>
    </section>
  );
}
