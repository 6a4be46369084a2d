import { useCallback, useState } from 'react';
import type { ReviewFilter } from '../api/service';
import { service } from '../api/service';
import type { Wiki } from '../api/types';
import { useLoad } from '../shell/use-load';
import { Waiting } from '../shell/Waiting';
import { DecisionList } from './DecisionList';
import { Filters } from './Filters';
import { Queue } from './Queue';
import { TagTable } from './TagTable';
import { useDecide } from './use-decide';

/** What waits for a decision of people: page by page, or a tag at once in the whole wiki. */
export default function ReviewView({ wiki }: { wiki: Wiki }) {
  const id = wiki.wiki_id;
  const [filter, setFilter] = useState<ReviewFilter>({ status: 'suggested' });
  const [byTag, setByTag] = useState(false);
  const [round, setRound] = useState(0);
  const again = useCallback(() => setRound((before) => before + 1), []);
  const decisions = useDecide(id, again);
  const clusters = useLoad((signal) => service.clusters(id, signal), [id]);
  return (
    <>
      <h1>Review</h1>
      <p className="quiet">
        What you decide here wins over every later run: a rejected tag does not come back to the page, an approved one
        stays.
      </p>
      <fieldset className="row" aria-label="How to review">
        <button type="button" aria-pressed={!byTag} onClick={() => setByTag(false)}>
          Page by page
        </button>
        <button type="button" aria-pressed={byTag} onClick={() => setByTag(true)}>
          Tag by tag
        </button>
      </fieldset>
      {byTag ? (
        <TagTable wikiId={id} round={round} decisions={decisions} />
      ) : (
        <Waiting of={clusters} what="the clusters">
          {(all) => (
            <>
              <Filters value={filter} clusters={all} onChange={setFilter} />
              <Queue key={`${JSON.stringify(filter)} ${round}`} wikiId={id} filter={filter} decisions={decisions} />
            </>
          )}
        </Waiting>
      )}
      <DecisionList wikiId={id} round={round} decisions={decisions} />
    </>
  );
}
