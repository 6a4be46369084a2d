import { type ClusterTree, ownName } from '../clusters/tree';
import { type Camera, type Size, toScreen, zoomOf } from './camera';
import type { Point } from './points';

/** The name of a cluster, in the middle of its pages. */
export interface Label {
  readonly id: number;
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly layer: number;
  readonly size: number;
}

export interface PlacedLabel {
  readonly label: Label;
  /** Of the middle, in pixels: a little above the pages that it names, which it would hide. */
  readonly left: number;
  readonly top: number;
}

const MAX_LABELS = 40;
const HEIGHT = 22;
const GAP = 6;
const ABOVE = 15;

/** A label for every named cluster with a page on the map; its place is the median of its pages, which strays do not move. */
export function labelsOf(points: readonly Point[], tree: ClusterTree): Label[] {
  const members = new Map<number, Point[]>();
  for (const point of points)
    for (const id of point.page.cluster_path) {
      const group = members.get(id);
      if (group === undefined) members.set(id, [point]);
      else group.push(point);
    }
  return [...members].flatMap(([id, group]) => {
    const cluster = tree.byId.get(id);
    const text = cluster && ownName(cluster);
    if (cluster === undefined || text === undefined) return [];
    const middle = (axis: 'x' | 'y') => group.map((point) => point[axis]).sort((a, b) => a - b)[group.length >> 1]!;
    return [{ id, text, x: middle('x'), y: middle('y'), layer: cluster.layer, size: cluster.size }];
  });
}

/**
 * The labels to show, none over another. The farther away, the broader the clusters that come first; of a layer the
 * largest; the others fill what room is left. A name is shown once.
 * @param widthOf pixels that a text takes
 */
export function placeLabels(
  labels: readonly Label[],
  camera: Camera,
  size: Size,
  widthOf: (text: string) => number,
): PlacedLabel[] {
  const broadest = labels.reduce((most, { layer }) => Math.max(most, layer), 0);
  const wanted = Math.max(0, broadest - Math.round(Math.log2(zoomOf(camera, size))));
  const rank = ({ layer }: Label) => Math.abs(layer - wanted) + (layer > wanted ? 0.5 : 0);
  const order = [...labels].sort((a, b) => rank(a) - rank(b) || b.size - a.size || a.id - b.id);
  const placed: PlacedLabel[] = [];
  const taken: { left: number; right: number; top: number }[] = [];
  const texts = new Set<string>();
  for (const label of order) {
    if (placed.length === MAX_LABELS) break;
    if (texts.has(label.text)) continue;
    const [left, place] = toScreen(camera, size, label.x, label.y);
    const top = place - ABOVE;
    const half = widthOf(label.text) / 2 + GAP;
    const inside = left - half > 0 && left + half < size.width && top > HEIGHT / 2 && top < size.height - HEIGHT;
    const free = taken.every(
      (box) => left + half < box.left || left - half > box.right || Math.abs(top - box.top) > HEIGHT,
    );
    if (!inside || !free) continue;
    placed.push({ label, left, top });
    taken.push({ left: left - half, right: left + half, top });
    texts.add(label.text);
  }
  return placed;
}
