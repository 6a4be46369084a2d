import { type ClusterTree, pathTo } from '../clusters/tree';
import type { Point } from './points';

const GOLDEN_ANGLE = 137.508;
const OUTLIER = { light: [120, 128, 140], dark: [130, 138, 150] } as const;

/**
 * A colour for each point, four bytes: red, green, blue, opacity. The broadest cluster gives the hue, so that what belongs
 * together looks alike; the narrow ones within differ in lightness. Outliers are grey.
 */
export function coloursOf(points: readonly Point[], tree: ClusterTree, dark: boolean): Uint8Array {
  const colours = new Uint8Array(points.length * 4);
  const known = new Map<number, readonly number[]>();
  points.forEach(({ page }, at) => {
    const id = page.cluster_id;
    let colour: readonly number[] = OUTLIER[dark ? 'dark' : 'light'];
    if (id !== null) {
      colour = known.get(id) ?? colourOf(tree, id, dark);
      known.set(id, colour);
    }
    colours.set([...colour, id === null ? 130 : 225], at * 4);
  });
  return colours;
}

/** The colour of a cluster as red, green and blue, 0 to 255. */
export function colourOf(tree: ClusterTree, clusterId: number, dark: boolean): readonly number[] {
  const [broadest] = pathTo(tree, clusterId);
  const place = tree.children.get(null)?.indexOf(broadest!) ?? 0;
  const shade = broadest?.cluster_id === clusterId ? 0 : ((clusterId * 7) % 5) - 2;
  return rgb((place * GOLDEN_ANGLE + 215) % 360, 0.62, (dark ? 0.64 : 0.44) + shade * 0.05);
}

/** Hue 0 to 360, saturation and lightness 0 to 1. */
function rgb(hue: number, saturation: number, lightness: number): number[] {
  const reach = saturation * Math.min(lightness, 1 - lightness);
  return [0, 8, 4].map((offset) => {
    const k = (offset + hue / 30) % 12;
    return Math.round(255 * (lightness - reach * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  });
}
