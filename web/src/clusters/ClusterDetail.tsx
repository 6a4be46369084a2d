import { useState } from 'react';
import { json, query } from '../api/http';
import type { List } from '../api/lists';
import type { Cluster, PageTitle } from '../api/types';
import { Confidence } from '../shell/Confidence';
import { count } from '../shell/format';
import { hrefOf } from '../shell/route';
import { useLoad } from '../shell/use-load';
import { Waiting } from '../shell/Waiting';
import { PageTags } from './PageTags';
import { type ClusterTree, nameOf, pathTo } from './tree';

interface Member extends PageTitle {
  readonly cluster_id: number;
  readonly probability: number;
}

/** A cluster: its tags, its most typical pages, and all its pages with why each has its tags. */
export function ClusterDetail({ wikiId, tree, cluster }: { wikiId: number; tree: ClusterTree; cluster: Cluster }) {
  const [limit, setLimit] = useState(50);
  const members = useLoad(
    (signal) =>
      json<List<'pages', Member>>(`/service/wikis/${wikiId}/clusters/${cluster.cluster_id}/pages${query({ limit })}`, {
        signal,
      }),
    [wikiId, cluster.cluster_id, limit],
  );
  const above = pathTo(tree, cluster.cluster_id).slice(0, -1);
  return (
    <section className="panel" aria-labelledby="cluster">
      {above.length > 0 && (
        <p className="quiet">
          {above.map((broader) => (
            <span key={broader.cluster_id}>
              <a href={hrefOf(wikiId, 'clusters', broader.cluster_id)}>{nameOf(tree, broader.cluster_id)}</a> ›{' '}
            </span>
          ))}
        </p>
      )}
      <h2 id="cluster">{nameOf(tree, cluster.cluster_id)}</h2>
      <p className="quiet">
        {count(cluster.size, 'page')}
        {cluster.representatives.length > 0 &&
          `, such as ${cluster.representatives
            .slice(0, 3)
            .map((page) => page.title)
            .join(' · ')}`}
      </p>
      {cluster.tags.length === 0 ? (
        <p className="quiet">No tag fits all of it; its parts have tags of their own.</p>
      ) : (
        <ul className="plain tags">
          {cluster.tags.map(({ tag, confidence }) => (
            <li key={tag} className="tag">
              {tag} <Confidence value={confidence} of="confidence" />
            </li>
          ))}
        </ul>
      )}
      <h3>Pages</h3>
      <Waiting of={members} what="the pages">
        {({ pages, next_cursor }) => (
          <>
            <ul className="plain lines">
              {pages.map((page) => (
                <li key={page.page_id}>
                  <PageTags wikiId={wikiId} page={page}>
                    <Confidence value={page.probability} of="belongs to its cluster" />
                  </PageTags>
                </li>
              ))}
            </ul>
            {next_cursor !== null && limit < 1000 && (
              <button type="button" onClick={() => setLimit(Math.min(1000, limit * 4))}>
                More pages
              </button>
            )}
          </>
        )}
      </Waiting>
    </section>
  );
}
