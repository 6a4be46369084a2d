import type { ExportedPage, MappedPage } from '../api/types';
import { type Camera, type Size, toScreen } from './camera';

/** A page as the map shows it. */
export interface Point {
  readonly page: ExportedPage;
  readonly x: number;
  readonly y: number;
}

export function pointsOf(map: readonly MappedPage[], pages: readonly ExportedPage[]): Point[] {
  const byId = new Map(pages.map((page) => [page.page_id, page]));
  return map.flatMap(({ page_id, x, y }) => {
    const page = byId.get(page_id);
    return page === undefined ? [] : [{ page, x, y }];
  });
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
  let best = -1;
  let least = reach * reach;
  for (let i = 0; i < points.length; i++) {
    const [x, y] = toScreen(camera, size, points[i]!.x, points[i]!.y);
    const distance = (x - px) ** 2 + (y - py) ** 2;
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
