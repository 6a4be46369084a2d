import { useCallback, useMemo, useState } from 'react';
import { service } from '../api/service';
import type { ExportedPage, Wiki } from '../api/types';
import { NoResult } from '../clusters/NoResult';
import { Reasons } from '../clusters/PageTags';
import { nameOf, treeOf } from '../clusters/tree';
import { count } from '../shell/format';
import { hrefOf } from '../shell/route';
import { useLoad } from '../shell/use-load';
import { Waiting } from '../shell/Waiting';
import { MapCanvas } from './MapCanvas';
import { PageList } from './PageList';
import { pointsOf } from './points';
import { useDark } from './use-dark';

/** All pages as a picture, or the same as a list for who cannot use it. */
export default function MapView({ wiki }: { wiki: Wiki }) {
  const id = wiki.wiki_id;
  const result = useLoad(
    async (signal) => {
      const [clusters, map, pages] = await Promise.all([
        service.clusters(id, signal),
        service.map(id, signal),
        service.export(id, signal),
      ]);
      return { tree: treeOf(clusters), points: pointsOf(map, pages), clusters };
    },
    [id],
  );
  return (
    <>
      <h1>Map</h1>
      <Waiting of={result} what="the map">
        {(found) => (found.points.length === 0 ? <NoResult wikiId={id} /> : <Shown wikiId={id} {...found} />)}
      </Waiting>
    </>
  );
}

type Found = { tree: ReturnType<typeof treeOf>; points: ReturnType<typeof pointsOf> };

function Shown({ wikiId, tree, points }: Found & { wikiId: number }) {
  const [asList, setAsList] = useState(false);
  const [drawable, setDrawable] = useState(true);
  const [chosen, setChosen] = useState<ExportedPage>();
  const dark = useDark();
  const noWebGl = useCallback(() => setDrawable(false), []);
  const pages = useMemo(() => points.map(({ page }) => page), [points]);
  const list = asList || !drawable;
  return (
    <>
      <div className="row spread">
        <p className="quiet">
          {count(points.length, 'page')}; what is alike stands together, and a colour is a broad cluster.
        </p>
        {drawable && (
          <button type="button" aria-pressed={asList} onClick={() => setAsList(!asList)}>
            As a list
          </button>
        )}
      </div>
      {!drawable && (
        <p className="warning" role="status">
          This browser has no WebGL, or it is switched off, so the map cannot be drawn. Here are the same pages as a
          list.
        </p>
      )}
      <div className="split map-split">
        {list ? (
          <PageList tree={tree} pages={pages} choose={setChosen} />
        ) : (
          <MapCanvas
            points={points}
            tree={tree}
            dark={dark}
            choose={(point) => setChosen(point.page)}
            noWebGl={noWebGl}
          />
        )}
        <section className="panel" aria-live="polite" aria-label="The chosen page">
          {chosen === undefined ? (
            <p className="quiet">Choose a page to see its tags and why it has them.</p>
          ) : (
            <>
              <h2>{chosen.title}</h2>
              <p className="quiet">
                {chosen.cluster_path.length === 0
                  ? 'Belongs to no cluster.'
                  : chosen.cluster_path.map((cluster) => (
                      <span key={cluster}>
                        › <a href={hrefOf(wikiId, 'clusters', cluster)}>{nameOf(tree, cluster)}</a>{' '}
                      </span>
                    ))}
              </p>
              <Reasons key={chosen.page_id} wikiId={wikiId} page={chosen} />
            </>
          )}
        </section>
      </div>
    </>
  );
}
