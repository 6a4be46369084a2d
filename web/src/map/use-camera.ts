import { type RefObject, useEffect, useState } from 'react';
import { type Camera, pan, type Size, wholeMap, zoomAt } from './camera';

const NO_SIZE: Size = { width: 0, height: 0 };

/**
 * The camera over an element, moved by a drag, by the wheel and by two fingers.
 * `size` is the element's, in CSS pixels; 0 until it is known.
 */
export function useCamera(element: RefObject<HTMLElement | null>) {
  const [size, setSize] = useState(NO_SIZE);
  const [camera, setCamera] = useState<Camera>(() => wholeMap(NO_SIZE));

  useEffect(() => {
    const watcher = new ResizeObserver(([entry]) => {
      const { width, height } = entry!.contentRect;
      setSize({ width, height });
      setCamera(wholeMap({ width, height }));
    });
    watcher.observe(element.current!);
    return () => watcher.disconnect();
  }, [element]);

  useEffect(() => {
    const target = element.current!;
    const fingers = new Map<number, { x: number; y: number }>();
    const at = (event: MouseEvent) => {
      const box = target.getBoundingClientRect();
      return { x: event.clientX - box.left, y: event.clientY - box.top };
    };
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      const { x, y } = at(event);
      const pixels = event.deltaY * (event.deltaMode === 1 ? 16 : 1);
      setCamera((before) => zoomAt(before, size, Math.exp(-pixels / 300), x, y));
    };
    const down = (event: PointerEvent) => {
      target.setPointerCapture(event.pointerId);
      fingers.set(event.pointerId, at(event));
    };
    const move = (event: PointerEvent) => {
      const before = fingers.get(event.pointerId);
      if (before === undefined) return;
      const now = at(event);
      fingers.set(event.pointerId, now);
      const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
      if (other === undefined) {
        setCamera((camera) => pan(camera, now.x - before.x, now.y - before.y));
        return;
      }
      const apart = (a: { x: number; y: number }) => Math.max(1, Math.hypot(a.x - other.x, a.y - other.y));
      const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
      setCamera((camera) => zoomAt(camera, size, apart(now) / apart(before), middle.x, middle.y));
    };
    const up = (event: PointerEvent) => fingers.delete(event.pointerId);
    target.addEventListener('wheel', wheel, { passive: false }); // React's own would be passive: the page would scroll too
    target.addEventListener('pointerdown', down);
    target.addEventListener('pointermove', move);
    for (const name of ['pointerup', 'pointercancel'] as const) target.addEventListener(name, up);
    return () => {
      target.removeEventListener('wheel', wheel);
      target.removeEventListener('pointerdown', down);
      target.removeEventListener('pointermove', move);
      for (const name of ['pointerup', 'pointercancel'] as const) target.removeEventListener(name, up);
    };
  }, [element, size]);

  return { camera, setCamera, size };
}
