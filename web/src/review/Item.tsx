import type { ReviewItem } from '../api/types';
import { Confidence } from '../shell/Confidence';
import { hrefOf } from '../shell/route';

type Act = 'approve' | 'reject' | 'rename';

/** One tag of one page: how sure it is, why it is there, and the three decisions. */
export function Item({
  item,
  wikiId,
  inTabOrder,
  busy,
  onFocus,
  onKey,
  act,
}: {
  item: ReviewItem;
  wikiId: number;
  inTabOrder: boolean;
  busy: boolean;
  onFocus: () => void;
  /** Gives whether the key meant something. */
  onKey: (key: string) => boolean;
  act: (what: Act) => void;
}) {
  const name = `“${item.tag}” for ${item.title}`;
  return (
    <li
      className="panel"
      tabIndex={inTabOrder ? 0 : -1}
      aria-label={`${name}, ${Math.round(item.confidence * 100)} %. ${item.why}`}
      onFocus={onFocus}
      onKeyDown={(event) => {
        if (event.target !== event.currentTarget || event.ctrlKey || event.altKey || event.metaKey) return;
        if (onKey(event.key)) event.preventDefault();
      }}
    >
      <div className="row spread">
        <span>
          <span className="tag big">{item.tag}</span> <span className="quiet">for</span> <strong>{item.title}</strong>
        </span>
        <Confidence value={item.confidence} of="confidence" />
      </div>
      <p className="quiet">
        {item.why}
        {item.cluster_id !== null && (
          <>
            {' '}
            <a href={hrefOf(wikiId, 'clusters', item.cluster_id)}>Show the cluster</a>
          </>
        )}
      </p>
      <div className="row">
        {item.status !== 'applied' && (
          <button
            type="button"
            className="good"
            disabled={busy}
            aria-label={`Approve ${name}`}
            onClick={() => act('approve')}
          >
            Approve
          </button>
        )}
        {item.status !== 'rejected' && (
          <button
            type="button"
            className="bad"
            disabled={busy}
            aria-label={`Reject ${name}`}
            onClick={() => act('reject')}
          >
            Reject
          </button>
        )}
        <button type="button" disabled={busy} aria-label={`Rename ${name}`} onClick={() => act('rename')}>
          Rename …
        </button>
      </div>
    </li>
  );
}
