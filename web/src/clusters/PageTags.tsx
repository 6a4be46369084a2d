import { type ReactNode, useState } from 'react';
import { service } from '../api/service';
import type { PageTitle } from '../api/types';
import { Confidence } from '../shell/Confidence';
import { useLoad } from '../shell/use-load';
import { Waiting } from '../shell/Waiting';

/** A page's title that unfolds to its tags, each with why it is there. They are asked for when it is opened. */
export function PageTags({ wikiId, page, children }: { wikiId: number; page: PageTitle; children?: ReactNode }) {
  const [opened, setOpened] = useState(false);
  return (
    <details onToggle={(event) => event.currentTarget.open && setOpened(true)}>
      <summary className="row spread">
        <span className="name">{page.title}</span>
        {children}
      </summary>
      {opened && <Reasons wikiId={wikiId} pageId={page.page_id} />}
    </details>
  );
}

/** The tags of a page, each with its confidence, its state and why it is there. */
export function Reasons({ wikiId, pageId }: { wikiId: number; pageId: string }) {
  const review = useLoad((signal) => service.review(wikiId, { page_id: pageId }, undefined, signal), [wikiId, pageId]);
  return (
    <Waiting of={review} what="its tags">
      {({ items }) =>
        items.length === 0 ? (
          <p className="quiet">No tags.</p>
        ) : (
          <ul className="plain reasons">
            {items.map((item) => (
              <li key={`${item.tag} ${item.source}`}>
                <span className={`tag ${item.status === 'applied' ? 'good' : item.status === 'rejected' ? 'off' : ''}`}>
                  {item.tag}
                </span>{' '}
                <small>
                  {item.status} <Confidence value={item.confidence} of="confidence" />
                </small>
                <p className="quiet">{item.why}</p>
              </li>
            ))}
          </ul>
        )
      }
    </Waiting>
  );
}
