import { useCallback, useEffect, useRef, useState } from 'react';
import { type ReviewFilter, service } from '../api/service';
import type { ReviewItem } from '../api/types';
import { Fault } from '../shell/Fault';
import { useLoad } from '../shell/use-load';
import { Waiting } from '../shell/Waiting';
import { Item } from './Item';
import { RenameDialog } from './RenameDialog';
import { Shortcuts } from './Shortcuts';
import { SCOPES, type Scope, scoped } from './scope';
import type { Decisions } from './use-decide';

/** What a key does on an item; letters alone count while the focus is on one. */
const KEYS: Readonly<Record<string, 'next' | 'back' | 'approve' | 'reject' | 'rename' | 'undo'>> = {
  j: 'next',
  ArrowDown: 'next',
  k: 'back',
  ArrowUp: 'back',
  a: 'approve',
  r: 'reject',
  n: 'rename',
  u: 'undo',
};

/** The list, an item for each page tag. One decided goes away, and the next takes its place and the focus. */
export function Queue({ wikiId, filter, decisions }: { wikiId: number; filter: ReviewFilter; decisions: Decisions }) {
  const [cursor, setCursor] = useState<string>();
  const found = useLoad((signal) => service.review(wikiId, filter, cursor, signal), [wikiId, filter, cursor]);
  const [scope, setScope] = useState<Scope>('page');
  const [decided, setDecided] = useState<ReadonlySet<ReviewItem>>(new Set());
  const [renaming, setRenaming] = useState<ReviewItem>();
  const [focused, setFocused] = useState(0);
  const wantsFocus = useRef(false);
  const list = useRef<HTMLUListElement>(null);
  const items = (found.data?.items ?? []).filter((item) => !decided.has(item));
  const at = Math.min(focused, items.length - 1);

  useEffect(() => {
    if (!wantsFocus.current) return;
    wantsFocus.current = false;
    const next = list.current?.children[at] as HTMLElement | undefined;
    (next ?? list.current)?.focus();
  });

  const focus = useCallback((index: number) => {
    wantsFocus.current = true;
    setFocused(index);
  }, []);

  const decide = async (item: ReviewItem, decision: 'approve' | 'reject' | 'rename', newTag?: string) => {
    const request = { decision, tag: item.tag, ...(newTag === undefined ? {} : { new_tag: newTag }) };
    if (!(await decisions.decide({ ...request, ...scoped(scope, item) }, scope !== 'page'))) return;
    wantsFocus.current = true;
    setDecided((before) => new Set(before).add(item));
  };

  const act = (what: (typeof KEYS)[string], item: ReviewItem, index: number) => {
    if (what === 'next') focus(Math.min(index + 1, items.length - 1));
    else if (what === 'back') focus(Math.max(index - 1, 0));
    else if (what === 'rename') setRenaming(item);
    else if (what === 'undo') {
      if (decisions.last !== undefined) void decisions.takeBack(decisions.last);
    } else void decide(item, what);
  };

  return (
    <>
      <fieldset className="row scope">
        <legend>A decision is for</legend>
        {SCOPES.map(({ scope: name, label }) => (
          <label key={name}>
            <input type="radio" name="scope" checked={scope === name} onChange={() => setScope(name)} /> {label}
          </label>
        ))}
      </fieldset>
      <Shortcuts />
      <p role="status" className="said">
        {decisions.said}{' '}
      </p>
      <Fault error={decisions.error} />
      <Waiting of={found} what="the queue">
        {({ next_cursor }) => (
          <>
            {items.length === 0 && (
              <p className="panel">Nothing {next_cursor === null ? 'is left here' : 'more on this page'}.</p>
            )}
            <ul ref={list} className="queue" tabIndex={-1} aria-label="Tags to review">
              {items.map((item, index) => (
                <Item
                  key={`${item.page_id} ${item.tag} ${item.source}`}
                  item={item}
                  wikiId={wikiId}
                  inTabOrder={index === at}
                  busy={decisions.busy}
                  onFocus={() => setFocused(index)}
                  onKey={(key) => {
                    const what = KEYS[key];
                    if (what !== undefined) act(what, item, index);
                    return what !== undefined;
                  }}
                  act={(what) => act(what, item, index)}
                />
              ))}
            </ul>
            {next_cursor !== null && (
              <button
                type="button"
                onClick={() => {
                  setDecided(new Set());
                  setCursor(next_cursor);
                  focus(0);
                }}
              >
                More
              </button>
            )}
          </>
        )}
      </Waiting>
      {renaming !== undefined && (
        <RenameDialog
          tag={renaming.tag}
          close={() => setRenaming(undefined)}
          rename={(newTag) => decide(renaming, 'rename', newTag)}
        />
      )}
    </>
  );
}
