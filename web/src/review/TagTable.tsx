import { useState } from 'react';
import { service } from '../api/service';
import { Fault } from '../shell/Fault';
import { figure } from '../shell/format';
import { useLoad } from '../shell/use-load';
import { Waiting } from '../shell/Waiting';
import { RenameDialog } from './RenameDialog';
import type { Decisions } from './use-decide';

const SHOWN = 200;

/** Every tag with its counts, the most suggested first; a decision here is for the whole wiki. */
export function TagTable({ wikiId, round, decisions }: { wikiId: number; round: number; decisions: Decisions }) {
  const tags = useLoad((signal) => service.tags(wikiId, signal), [wikiId, round]);
  const [renaming, setRenaming] = useState<string>();
  return (
    <>
      <p role="status" className="said">
        {decisions.said}{' '}
      </p>
      <Fault error={decisions.error} />
      <Waiting of={tags} what="the tags">
        {(all) => (
          <div className="scroll">
            <table>
              <thead>
                <tr>
                  <th scope="col">Tag</th>
                  <th scope="col">Applied</th>
                  <th scope="col">Suggested</th>
                  <th scope="col">For the whole wiki</th>
                </tr>
              </thead>
              <tbody>
                {[...all]
                  .sort((a, b) => b.suggested_pages - a.suggested_pages || b.pages - a.pages)
                  .slice(0, SHOWN)
                  .map(({ tag, pages, suggested_pages }) => (
                    <tr key={tag}>
                      <th scope="row">{tag}</th>
                      <td>{figure(pages)}</td>
                      <td>{figure(suggested_pages)}</td>
                      <td>
                        <div className="row">
                          {suggested_pages > 0 && (
                            <button
                              type="button"
                              className="good"
                              disabled={decisions.busy}
                              aria-label={`Approve ${tag} everywhere`}
                              onClick={() => decisions.decide({ decision: 'approve', tag }, true)}
                            >
                              Approve
                            </button>
                          )}
                          <button
                            type="button"
                            className="bad"
                            disabled={decisions.busy}
                            aria-label={`Reject ${tag} everywhere`}
                            onClick={() => decisions.decide({ decision: 'reject', tag }, true)}
                          >
                            Reject
                          </button>
                          <button
                            type="button"
                            disabled={decisions.busy}
                            aria-label={`Rename ${tag} everywhere`}
                            onClick={() => setRenaming(tag)}
                          >
                            Rename …
                          </button>
                        </div>
                      </td>
                    </tr>
                  ))}
              </tbody>
            </table>
            {all.length > SHOWN && (
              <p className="quiet">
                The first {SHOWN} of {figure(all.length)} tags.
              </p>
            )}
          </div>
        )}
      </Waiting>
      {renaming !== undefined && (
        <RenameDialog
          tag={renaming}
          close={() => setRenaming(undefined)}
          rename={(new_tag) => decisions.decide({ decision: 'rename', tag: renaming, new_tag }, true)}
        />
      )}
    </>
  );
}
