import { useMemo } from 'react';
import { service } from '../api/service';
import type { Cluster, Wiki } from '../api/types';
import { count } from '../shell/format';
import { goTo, hrefOf } from '../shell/route';
import { useLoad } from '../shell/use-load';
import { Waiting } from '../shell/Waiting';
import { ClusterDetail } from './ClusterDetail';
import { NoResult } from './NoResult';
import { Tree } from './Tree';
import { treeOf } from './tree';

/** The layers as a tree, and what is in the cluster that was chosen. */
export default function ClustersView({ wiki, item }: { wiki: Wiki; item: string | null }) {
  const clusters = useLoad((signal) => service.clusters(wiki.wiki_id, signal), [wiki.wiki_id]);
  return (
    <>
      <h1>Clusters</h1>
      <Waiting of={clusters} what="the clusters">
        {(all) =>
          all.length === 0 ? (
            <NoResult wikiId={wiki.wiki_id} />
          ) : (
            <TreeAndDetail wiki={wiki} clusters={all} item={item} />
          )
        }
      </Waiting>
    </>
  );
}

function TreeAndDetail({ wiki, clusters, item }: { wiki: Wiki; clusters: readonly Cluster[]; item: string | null }) {
  const tree = useMemo(() => treeOf(clusters), [clusters]);
  const wanted = item === null ? undefined : tree.byId.get(Number(item));
  const chosen = wanted ?? tree.children.get(null)?.[0];
  return (
    <>
      <p className="quiet">
        {count(clusters.filter((cluster) => cluster.layer === 0).length, 'cluster')}
        {tree.children.size > 1 && ', in broader groups'}. Arrow keys move in the tree, Enter shows what is in a
        cluster.
      </p>
      <div className="split">
        <Tree
          tree={tree}
          chosen={chosen?.cluster_id ?? null}
          choose={(id) => goTo(hrefOf(wiki.wiki_id, 'clusters', id))}
        />
        {chosen !== undefined && (
          <ClusterDetail key={chosen.cluster_id} wikiId={wiki.wiki_id} tree={tree} cluster={chosen} />
        )}
      </div>
    </>
  );
}
