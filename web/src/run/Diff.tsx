import { useState } from 'react';
import { service } from '../api/service';
import type { PageDiff } from '../api/types';
import { count } from '../shell/format';
import { Pager } from '../shell/Pager';
import { useLoad } from '../shell/use-load';
import { Waiting } from '../shell/Waiting';

/** Page by page, the tags that a run brought and took, or would. */
export function Diff({ jobId, dry }: { jobId: string; dry: boolean }) {
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const diff = useLoad((signal) => service.diff(jobId, cursors.at(-1), signal), [jobId, cursors]);
  return (
    <Waiting of={diff} what="the changes">
      {({ pages, totals, next_cursor }) => (
        <div className="diff">
          <p>
            <strong>
              {count(totals.pages_changed, 'page')} {dry ? 'would change' : 'changed'}
            </strong>
            : {count(totals.tags_added, 'tag')} {dry ? 'would come' : 'came'}, {count(totals.tags_removed, 'tag')}{' '}
            {dry ? 'would go' : 'went'}, {count(totals.tags_changed, 'tag')} {dry ? 'would change' : 'changed'}.
          </p>
          <ul className="plain lines">
            {pages.map((page) => (
              <DiffLine key={page.page_id} page={page} />
            ))}
          </ul>
          <Pager cursors={cursors} next={next_cursor} go={setCursors} />
        </div>
      )}
    </Waiting>
  );
}

function DiffLine({ page }: { page: PageDiff }) {
  return (
    <li className="row">
      <span>{page.title}</span>
      <span className="tags">
        {page.added.map(({ tag, status }) => (
          <ins key={tag} className="tag good">
            <span aria-hidden="true">+ </span>
            <span className="hidden">comes: </span>
            {tag}
            {status === 'suggested' && ' (suggested)'}
          </ins>
        ))}
        {page.removed.map(({ tag }) => (
          <del key={tag} className="tag bad">
            <span aria-hidden="true">− </span>
            <span className="hidden">goes: </span>
            {tag}
          </del>
        ))}
        {page.changed.map(({ tag, from, to }) => (
          <span key={tag} className="tag">
            {tag}: {from.status === to.status ? percent(from.confidence) : from.status} →{' '}
            {from.status === to.status ? percent(to.confidence) : to.status}
          </span>
        ))}
      </span>
    </li>
  );
}

const percent = (confidence: number) => `${Math.round(confidence * 100)} %`;
