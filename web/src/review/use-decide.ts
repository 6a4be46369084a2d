import { useState } from 'react';
import { service } from '../api/service';
import type { DecisionRequest } from '../api/types';
import { count } from '../shell/format';
import { type Action, useAction } from '../shell/use-action';

export interface Decisions extends Action {
  /** What the last decision did, for people. */
  readonly said: string;
  /** @param everywhere it was about more than the item at hand, so that the lists must be asked for again */
  readonly decide: (request: DecisionRequest, everywhere: boolean) => Promise<boolean>;
  readonly takeBack: (id: string) => Promise<boolean>;
  readonly last: string | undefined;
}

const DID = { approve: 'Approved', reject: 'Rejected', rename: 'Renamed' } as const;

/** Decides and takes back, and says what came of it. `again` is called where lists have changed. */
export function useDecide(wikiId: number, again: () => void): Decisions {
  const action = useAction();
  const [said, setSaid] = useState('');
  const [last, setLast] = useState<string>();
  return {
    ...action,
    said,
    last,
    decide: (request, everywhere) =>
      action.run(async () => {
        const { decision_id, changed } = await service.decide(wikiId, request);
        const renamed = request.new_tag === undefined ? '' : ` to “${request.new_tag}”`;
        setSaid(`${DID[request.decision]} “${request.tag}”${renamed} on ${count(changed, 'page')}.`);
        setLast(decision_id);
        if (everywhere) again();
      }),
    takeBack: (id) =>
      action.run(async () => {
        await service.takeBack(wikiId, id);
        setSaid('Taken back.');
        setLast(undefined);
        again();
      }),
  };
}
