import { nearestClusters } from '../../clustering/outliers/nearest.js';
import type { Vectors } from '../../clustering/types.js';
import type { CurrentClusters, PagePlace } from '../clusters.repository.js';

/** How well a new page must fit the nearest cluster to become a member of it; a typical member's fit is .5. */
const JOIN = 0.4;

/**
 * `regenerate_clusters: false`: pages that were there and did not change stay where they are; new and changed ones join
 * the nearest cluster where it is near enough, and are outliers elsewhere. What a cluster is about is told by the pages
 * that did not change; one whose pages all changed by those, or it would be lost with all its tags.
 */
export async function keepClusters(
  vectors: Vectors,
  pageIds: readonly string[],
  current: CurrentClusters,
  outlierThreshold: number,
  positions: Float32Array,
): Promise<PagePlace[]> {
  const steady = new Set([...current.places.values()].filter((p) => p.unchanged).map((p) => p.clusterId));
  const labels = Int32Array.from(pageIds, (id) => {
    const place = current.places.get(id);
    if (place === undefined || place.clusterId === null) return -1;
    return place.unchanged || !steady.has(place.clusterId) ? place.clusterId : -1;
  });
  const nearest = await nearestClusters(vectors, labels);
  return pageIds.map((pageId, row) => {
    const before = current.places.get(pageId);
    const nearestClusterId = nearest.labels[row]! >= 0 ? nearest.labels[row]! : null;
    const nearestConfidence = nearest.confidence[row]!;
    const position = [positions[2 * row]!, positions[2 * row + 1]!] as const;
    if (before?.unchanged === true)
      return { ...before, pageId, nearestClusterId, nearestConfidence, fresh: !before.tagged, position };
    const outlierScore = 1 - Math.min(1, 2 * nearestConfidence);
    const joins = nearestClusterId !== null && nearestConfidence >= JOIN && outlierScore <= outlierThreshold;
    return {
      pageId,
      clusterId: joins ? nearestClusterId : null,
      nearestClusterId,
      nearestConfidence,
      assignedClusterId: null,
      probability: joins ? Math.min(1, 2 * nearestConfidence) : 0,
      outlierScore,
      fresh: true,
      position,
    };
  });
}

/** Where pages that did not change stand on the map, 2 numbers a page; NaN for the others, which need a place. */
export function keptPositions(pageIds: readonly string[], current: CurrentClusters): Float32Array {
  const placed = new Float32Array(2 * pageIds.length).fill(NaN);
  pageIds.forEach((id, row) => {
    const place = current.places.get(id);
    if (place?.unchanged === true && place.position !== null) placed.set(place.position, 2 * row);
  });
  return placed;
}
