import { useState } from 'react';
import { service } from '../api/service';
import type { Exchange } from '../api/types';
import { useLoad } from '../shell/use-load';
import { Waiting } from '../shell/Waiting';

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
              <li key={page.page_id}>
                <span>{page.title}</span>{' '}
                <span className="tags">
                  {page.add.map((tag) => (
                    <ins key={tag} className="tag good">
                      <span aria-hidden="true">+ </span>
                      <span className="hidden">add: </span>
                      {tag}
                    </ins>
                  ))}
                  {page.remove.map((tag) => (
                    <del key={tag} className="tag bad">
                      <span aria-hidden="true">− </span>
                      <span className="hidden">remove: </span>
                      {tag}
                    </del>
                  ))}
                  <small className="quiet">
                    {page.state}
                    {page.reason !== null && `: ${page.reason}`}
                  </small>
                </span>
              </li>
            ))}
          </ul>
          {(cursors.length > 0 || next_cursor !== null) && (
            <p className="row">
              <button type="button" disabled={cursors.length === 0} onClick={() => setCursors(cursors.slice(0, -1))}>
                Back
              </button>
              <button
                type="button"
                disabled={next_cursor === null}
                onClick={() => next_cursor !== null && setCursors([...cursors, next_cursor])}
              >
                More pages
              </button>
            </p>
          )}
        </>
      )}
    </Waiting>
  );
}
