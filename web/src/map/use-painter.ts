import { type RefObject, useEffect, useRef, useState } from 'react';
import type { Camera, Size } from './camera';
import { createPainter, type Painter } from './painter';
import type { Point } from './points';

/** Keeps the points drawn on a canvas; `noWebGl` hears of it where the browser has none. */
export function usePainter(
  canvas: RefObject<HTMLCanvasElement | null>,
  points: readonly Point[],
  colours: Uint8Array,
  camera: Camera,
  size: Size,
  noWebGl: () => void,
): void {
  const painter = useRef<Painter>(undefined);
  const [restored, setRestored] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a restored context has lost everything and is set up anew
  useEffect(() => {
    const target = canvas.current!;
    painter.current = createPainter(target);
    if (painter.current === undefined) noWebGl();
    const lost = (event: Event) => event.preventDefault(); // asks the browser to give the context back
    const back = () => setRestored((before) => before + 1);
    target.addEventListener('webglcontextlost', lost);
    target.addEventListener('webglcontextrestored', back);
    return () => {
      target.removeEventListener('webglcontextlost', lost);
      target.removeEventListener('webglcontextrestored', back);
      painter.current?.dispose();
    };
  }, [canvas, restored, noWebGl]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  useEffect(() => {
    painter.current?.load(Float32Array.from(points.flatMap(({ x, y }) => [x, y])), colours);
  }, [points, colours, restored]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: as above; new points and colours are drawn too
  useEffect(() => {
    if (size.width === 0) return;
    const frame = requestAnimationFrame(() => painter.current?.draw(camera, size, window.devicePixelRatio));
    return () => cancelAnimationFrame(frame);
  }, [camera, size, points, colours, restored]);
}
