import { service } from '../api/service';
import type { Decision } from '../api/types';
import { useLoad } from '../shell/use-load';
import { Waiting } from '../shell/Waiting';
import type { Decisions } from './use-decide';

const DID = { approve: 'approved', reject: 'rejected', rename: 'renamed' } as const;

/** What people decided so far, each to be taken back. */
export function DecisionList({ wikiId, round, decisions }: { wikiId: number; round: number; decisions: Decisions }) {
  const made = useLoad((signal) => service.decisions(wikiId, signal), [wikiId, round, decisions.last]);
  return (
    <details>
      <summary>Decisions so far</summary>
      <Waiting of={made} what="the decisions">
        {({ decisions: all }) =>
          all.length === 0 ? (
            <p className="quiet">None yet.</p>
          ) : (
            <ul className="plain lines">
              {all.map((decision) => (
                <li key={decision.decision_id} className="row spread">
                  <span>{sayDecision(decision)}</span>
                  <button
                    type="button"
                    className="link"
                    disabled={decisions.busy}
                    onClick={() => decisions.takeBack(decision.decision_id)}
                  >
                    Take back<span className="hidden"> {sayDecision(decision)}</span>
                  </button>
                </li>
              ))}
            </ul>
          )
        }
      </Waiting>
    </details>
  );
}

function sayDecision({ decision, tag, page_id, cluster_id, new_tag, decided_by }: Decision): string {
  const where = page_id != null ? `on ${page_id}` : cluster_id != null ? 'in a cluster' : 'everywhere';
  return `“${tag}” ${DID[decision]}${new_tag == null ? '' : ` to “${new_tag}”`} ${where}, by ${decided_by}`;
}
