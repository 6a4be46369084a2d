import { useState } from 'react';
import { service } from '../api/service';
import type { Exchange } from '../api/types';
import { Pager } from '../shell/Pager';
import { useLoad } from '../shell/use-load';
import { Waiting } from '../shell/Waiting';

const SAYS: Readonly<Record<string, string>> = {
  new: 'not looked at yet',
  planned: 'would be written',
  prepared: 'is being written',
  unchanged: 'is as it should be',
  conflict: 'edited by people meanwhile',
  undo_prepared: 'is being taken back',
  restored: 'as it was before',
  kept: 'edited by people since, their edit stays',
};

/** Page by page, what an export writes or wrote, and why where it did not. */
export function ExchangePages({ exchangeId, status }: { exchangeId: string; status: Exchange['status'] }) {
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const found = useLoad(
    (signal) => service.exchangePages(exchangeId, undefined, cursors.at(-1), signal),
    [exchangeId, status, cursors],
  );
  return (
    <Waiting of={found} what="the pages">
      {({ pages, next_cursor }) => (
        <>
          {pages.length === 0 && <p>No page would change: the wiki has these tags already.</p>}
          <ul className="plain lines">
            {pages.map((page) => (
              <li key={page.page_id} className="row">
                <span>{page.title}</span>
                <span className="tags">
                  {(page.state === 'skipped' ? [] : page.add).map((tag) => (
                    <ins key={tag} className="tag good">
                      <span aria-hidden="true">+ </span>
                      <span className="hidden">add: </span>
                      {tag}
                    </ins>
                  ))}
                  {(page.state === 'skipped' ? [] : page.remove).map((tag) => (
                    <del key={tag} className="tag bad">
                      <span aria-hidden="true">− </span>
                      <span className="hidden">remove: </span>
                      {tag}
                    </del>
                  ))}
                  <small className="quiet">
                    {SAYS[page.state] ?? page.state}
                    {page.reason !== null && `: ${page.reason}`}
                  </small>
                </span>
              </li>
            ))}
          </ul>
          <Pager cursors={cursors} next={next_cursor} go={setCursors} />
        </>
      )}
    </Waiting>
  );
}
