import { type KeyboardEvent, type PointerEvent, useMemo, useRef, useState } from 'react';
import type { ClusterTree } from '../clusters/tree';
import { pan, toScreen, wholeMap, zoomAt, zoomOf } from './camera';
import { coloursOf } from './colours';
import { labelsOf, placeLabels } from './labels';
import { nextPoint, type Point, pointAt } from './points';
import { useCamera } from './use-camera';
import { usePainter } from './use-painter';

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};
/** Pixels that a finger or mouse may move and still have clicked. */
const STILL = 5;

/** The picture: points by WebGL, the names of clusters and of the page under the pointer as text over it. */
export function MapCanvas({
  points,
  tree,
  dark,
  choose,
  noWebGl,
}: {
  points: readonly Point[];
  tree: ClusterTree;
  dark: boolean;
  choose: (point: Point) => void;
  noWebGl: () => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const pressed = useRef<{ x: number; y: number }>(undefined);
  const { camera, setCamera, size } = useCamera(box);
  const colours = useMemo(() => coloursOf(points, tree, dark), [points, tree, dark]);
  const labels = useMemo(() => labelsOf(points, tree), [points, tree]);
  usePainter(canvas, points, colours, camera, size, noWebGl);
  const [hovered, setHovered] = useState(-1);
  const point = points[hovered];
  const placed = size.width === 0 ? [] : placeLabels(labels, camera, size, textWidth);

  const hover = (event: PointerEvent) => {
    const { left, top } = box.current!.getBoundingClientRect();
    setHovered(pointAt(points, camera, size, event.clientX - left, event.clientY - top));
  };
  const key = (event: KeyboardEvent) => {
    const arrow = ARROWS[event.key];
    const zoom = { '+': 1.5, '=': 1.5, '-': 1 / 1.5 }[event.key];
    if (arrow !== undefined) {
      const next = point === undefined ? nearestToMiddle() : nextPoint(points, hovered, arrow[0], arrow[1]);
      if (next >= 0) show(next);
    } else if (zoom !== undefined) {
      const [x, y] = point === undefined ? [size.width / 2, size.height / 2] : toScreen(camera, size, point.x, point.y);
      setCamera(zoomAt(camera, size, zoom, x, y));
    } else if (event.key === '0') setCamera(wholeMap(size));
    else if (event.key === 'Enter' && point !== undefined) choose(point);
    else return;
    event.preventDefault();
  };
  const nearestToMiddle = () => pointAt(points, camera, size, size.width / 2, size.height / 2, size.width);
  /** The map follows where the next page lies outside of what is seen. */
  const show = (next: number) => {
    const [x, y] = toScreen(camera, size, points[next]!.x, points[next]!.y);
    if (x < 0 || y < 0 || x > size.width || y > size.height)
      setCamera(pan(camera, size.width / 2 - x, size.height / 2 - y));
    setHovered(next);
  };

  return (
    <div className="map-frame">
      <div
        ref={box}
        className="map"
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: one moves in it by keys
        tabIndex={0}
        aria-label={`Map of ${points.length} pages. Arrow keys go to the next page, plus and minus zoom, 0 shows the whole map, Enter shows the page's tags.`}
        onKeyDown={key}
        onPointerMove={hover}
        onPointerLeave={() => setHovered(-1)}
        onPointerDown={(event) => {
          pressed.current = { x: event.clientX, y: event.clientY };
          hover(event);
        }}
        onPointerUp={(event) => {
          const from = pressed.current;
          if (from === undefined || Math.hypot(event.clientX - from.x, event.clientY - from.y) > STILL) return;
          if (point !== undefined) choose(point);
        }}
      >
        <canvas ref={canvas} />
        <div aria-hidden="true">
          {placed.map(({ label, left, top }) => (
            <span key={label.id} className={`label layer${Math.min(label.layer, 1)}`} style={{ left, top }}>
              {label.text}
            </span>
          ))}
        </div>
        {point !== undefined && (
          <Pointed point={point} at={toScreen(camera, size, point.x, point.y)} width={size.width} />
        )}
        <p className="hidden" aria-live="polite">
          {point?.page.title}
        </p>
      </div>
      {zoomOf(camera, size) > 1 && (
        <button type="button" className="map-home" onClick={() => setCamera(wholeMap(size))}>
          Whole map
        </button>
      )}
    </div>
  );
}

/** A ring around the page that the pointer or the keys are at, and its title. */
function Pointed({ point, at: [left, top], width }: { point: Point; at: readonly [number, number]; width: number }) {
  return (
    <div className="pointed" aria-hidden="true" style={{ left, top }}>
      <span className={left > width / 2 ? 'title before' : 'title'}>{point.page.title}</span>
    </div>
  );
}

const widths = new Map<string, number>();
const ruler = document.createElement('canvas').getContext('2d')!;

/** Pixels that a label takes; the font is that of `.map .label` in the style sheet. */
function textWidth(text: string): number {
  let width = widths.get(text);
  if (width === undefined) {
    ruler.font = '600 13px system-ui, sans-serif';
    width = ruler.measureText(text).width + 12;
    widths.set(text, width);
  }
  return width;
}
