/** What is seen of the map: the point in the middle of the canvas, and how many pixels a unit of the map takes. */
export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

const MARGIN = 28;
const MAX_ZOOM = 200;

/** The whole map, -1 to 1 in both directions. */
export function wholeMap({ width, height }: Size): Camera {
  return { x: 0, y: 0, scale: Math.max(1, Math.min(width, height) / 2 - MARGIN) };
}

/** Pixels from the upper left corner. */
export const toScreen = (camera: Camera, { width, height }: Size, x: number, y: number): [number, number] => [
  width / 2 + (x - camera.x) * camera.scale,
  height / 2 - (y - camera.y) * camera.scale,
];

/** The place on the map below a pixel. */
export const toMap = (camera: Camera, { width, height }: Size, px: number, py: number): [number, number] => [
  camera.x + (px - width / 2) / camera.scale,
  camera.y - (py - height / 2) / camera.scale,
];

/** Moves what is seen by so many pixels; the middle stays on the map. */
export const pan = (camera: Camera, dx: number, dy: number): Camera => ({
  ...camera,
  x: clamp(camera.x - dx / camera.scale, -1, 1),
  y: clamp(camera.y + dy / camera.scale, -1, 1),
});

/** Comes nearer by `factor`; what is below the pixel stays there. Never farther away than the whole map. */
export function zoomAt(camera: Camera, size: Size, factor: number, px: number, py: number): Camera {
  const least = wholeMap(size).scale;
  const scale = clamp(camera.scale * factor, least, least * MAX_ZOOM);
  if (scale === least) return wholeMap(size);
  const [x, y] = toMap(camera, size, px, py);
  return {
    scale,
    x: clamp(x - (px - size.width / 2) / scale, -1, 1),
    y: clamp(y + (py - size.height / 2) / scale, -1, 1),
  };
}

/** How near the camera is, 1 for the whole map. */
export const zoomOf = (camera: Camera, size: Size): number => camera.scale / wholeMap(size).scale;

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));
