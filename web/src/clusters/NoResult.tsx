import { hrefOf } from '../shell/route';

/** In place of a result, before there is one. */
export function NoResult({ wikiId }: { wikiId: number }) {
  return (
    <p>
      There is nothing to see yet: this wiki has not been tagged. <a href={hrefOf(wikiId, 'run')}>Start a run</a>.
    </p>
  );
}
