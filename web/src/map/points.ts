import type { ExportedPage, MappedPage } from '../api/types';
import { type Camera, type Size, toMap } from './camera';

/** A page as the map shows it. */
export interface Point {
  readonly page: ExportedPage;
  readonly x: number;
  readonly y: number;
}

/** The pages that have a place, moved and stretched alike in both directions so that they fill -1 to 1. */
export function pointsOf(map: readonly MappedPage[], pages: readonly ExportedPage[]): Point[] {
  const byId = new Map(pages.map((page) => [page.page_id, page]));
  const [x, y] = [spread(map.map((place) => place.x)), spread(map.map((place) => place.y))];
  const reach = Math.max(x.reach, y.reach) || 1;
  return map.flatMap((place) => {
    const page = byId.get(place.page_id);
    return page === undefined ? [] : [{ page, x: (place.x - x.middle) / reach, y: (place.y - y.middle) / reach }];
  });
}

function spread(values: readonly number[]): { middle: number; reach: number } {
  const low = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return { middle: (low + high) / 2, reach: (high - low) / 2 };
}

/** The point nearest to a pixel, no farther than `reach` pixels; -1 where there is none. */
export function pointAt(
  points: readonly Point[],
  camera: Camera,
  size: Size,
  px: number,
  py: number,
  reach = 14,
): number {
  const [x, y] = toMap(camera, size, px, py);
  let best = -1;
  let least = (reach / camera.scale) ** 2;
  for (let i = 0; i < points.length; i++) {
    const distance = (points[i]!.x - x) ** 2 + (points[i]!.y - y) ** 2;
    if (distance < least) {
      least = distance;
      best = i;
    }
  }
  return best;
}

/**
 * The next point in a direction (dx right, dy up), as an arrow key asks for it: the nearest in the quarter that it points
 * to, where what lies off to the side counts double. -1 where there is none.
 */
export function nextPoint(points: readonly Point[], from: number, dx: number, dy: number): number {
  const start = points[from];
  if (start === undefined) return -1;
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < points.length; i++) {
    const ahead = (points[i]!.x - start.x) * dx + (points[i]!.y - start.y) * dy;
    const aside = Math.abs((points[i]!.x - start.x) * dy) + Math.abs((points[i]!.y - start.y) * dx);
    if (ahead <= 0 || aside > ahead) continue;
    const cost = ahead + 2 * aside;
    if (cost < least) {
      least = cost;
      best = i;
    }
  }
  return best;
}
