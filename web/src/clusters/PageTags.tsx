import { type ReactNode, useState } from 'react';
import { service } from '../api/service';
import type { PageTag, PageTitle, TagStatus } from '../api/types';
import { Confidence } from '../shell/Confidence';
import { useLoad } from '../shell/use-load';
import { Waiting } from '../shell/Waiting';

/** Where the tags are known already, those of people are shown too: the review has only those of runs. */
type TaggedPage = PageTitle & { readonly tags?: readonly PageTag[] };

/** A page's title that unfolds to its tags, each with why it is there. They are asked for when it is opened. */
export function PageTags({ wikiId, page, children }: { wikiId: number; page: TaggedPage; children?: ReactNode }) {
  const [opened, setOpened] = useState(false);
  return (
    <details onToggle={(event) => event.currentTarget.open && setOpened(true)}>
      <summary className="row spread">
        <span className="name">{page.title}</span>
        {children}
      </summary>
      {opened && <Reasons wikiId={wikiId} page={page} />}
    </details>
  );
}

/** The tags of a page, each with its confidence, its state and why it is there. */
export function Reasons({ wikiId, page }: { wikiId: number; page: TaggedPage }) {
  const found = useLoad(
    async (signal) => {
      const ofStatus = (status: TagStatus) =>
        service.review(wikiId, { page_id: page.page_id, status }, undefined, signal);
      const lists = await Promise.all((['applied', 'suggested', 'rejected'] as const).map(ofStatus));
      return lists.flatMap(({ items }) => items);
    },
    [wikiId, page.page_id],
  );
  const inWiki = page.tags?.filter(({ source }) => source === 'human') ?? [];
  return (
    <Waiting of={found} what="its tags">
      {(items) => (
        <ul className="plain reasons">
          {inWiki
            .filter(({ tag }) => !items.some((item) => item.tag === tag))
            .map(({ tag }) => (
              <Reason key={tag} tag={tag} status="applied" why="People gave it in the wiki itself." />
            ))}
          {items.map(({ tag, status, why, confidence }) => (
            <Reason key={`${tag} ${status}`} tag={tag} status={status} why={why}>
              <Confidence value={confidence} of="confidence" />
            </Reason>
          ))}
          {inWiki.length + items.length === 0 && <li className="quiet">No tags.</li>}
        </ul>
      )}
    </Waiting>
  );
}

const LOOKS = { applied: 'tag good', suggested: 'tag', rejected: 'tag off' } as const;

function Reason({ tag, status, why, children }: { tag: string; status: TagStatus; why: string; children?: ReactNode }) {
  return (
    <li>
      <span className={LOOKS[status]}>{tag}</span> <small>{status}</small> {children}
      <p className="quiet">{why}</p>
    </li>
  );
}
