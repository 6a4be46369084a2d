import { type Camera, type Size, zoomOf } from './camera';

/** Draws points on a canvas by WebGL. */
export interface Painter {
  /** @param places x and y of each point, -1 to 1 @param colours four bytes each: red, green, blue, opacity */
  load(places: Float32Array, colours: Uint8Array): void;
  draw(camera: Camera, size: Size, pixelRatio: number): void;
  dispose(): void;
}

const VERTEX = `
attribute vec2 place;
attribute vec4 colour;
uniform vec2 middle, stretch;
uniform mediump float diameter;
varying vec4 tint;
void main() {
  gl_Position = vec4((place - middle) * stretch, 0.0, 1.0);
  gl_PointSize = diameter;
  tint = colour;
}`;

const FRAGMENT = `
precision mediump float;
uniform mediump float diameter;
varying vec4 tint;
void main() {
  float rim = length(gl_PointCoord - 0.5) * diameter;
  float cover = clamp(diameter * 0.5 - rim, 0.0, 1.0);
  gl_FragColor = vec4(tint.rgb, 1.0) * tint.a * cover;
}`;

/** Undefined where the browser has no WebGL, or one that does not take our program. */
export function createPainter(canvas: HTMLCanvasElement): Painter | undefined {
  const gl = canvas.getContext('webgl', { alpha: true, antialias: false, premultipliedAlpha: true });
  if (gl === null) return undefined;
  const program = link(gl);
  if (program === undefined) return undefined;
  // biome-ignore lint/correctness/useHookAtTopLevel: WebGL's own name, no hook
  gl.useProgram(program);
  gl.enable(gl.BLEND);
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  const uniform = (name: string) => gl.getUniformLocation(program, name);
  const [middle, stretch, diameter] = [uniform('middle'), uniform('stretch'), uniform('diameter')];
  const buffers = [gl.createBuffer(), gl.createBuffer()] as const;
  let points = 0;

  const fill = (at: 0 | 1, name: string, data: Float32Array | Uint8Array, numbers: number, type: number) => {
    const location = gl.getAttribLocation(program, name);
    gl.bindBuffer(gl.ARRAY_BUFFER, buffers[at]);
    gl.bufferData(gl.ARRAY_BUFFER, data, gl.STATIC_DRAW);
    gl.enableVertexAttribArray(location);
    gl.vertexAttribPointer(location, numbers, type, type === gl.UNSIGNED_BYTE, 0, 0);
  };

  return {
    load(places, colours) {
      fill(0, 'place', places, 2, gl.FLOAT);
      fill(1, 'colour', colours, 4, gl.UNSIGNED_BYTE);
      points = places.length / 2;
    },
    draw(camera, size, pixelRatio) {
      const [width, height] = [Math.round(size.width * pixelRatio), Math.round(size.height * pixelRatio)];
      if (canvas.width !== width || canvas.height !== height) {
        Object.assign(canvas, { width, height }); // dear: the browser makes a new drawing buffer, even for the same size
        gl.viewport(0, 0, width, height);
      }
      gl.clear(gl.COLOR_BUFFER_BIT);
      gl.uniform2f(middle, camera.x, camera.y);
      gl.uniform2f(stretch, (2 * camera.scale) / size.width, (2 * camera.scale) / size.height);
      gl.uniform1f(diameter, diameterOf(points, size, zoomOf(camera, size)) * pixelRatio);
      gl.drawArrays(gl.POINTS, 0, points);
    },
    dispose() {
      for (const buffer of buffers) gl.deleteBuffer(buffer);
      gl.deleteProgram(program);
    },
  };
}

/** In CSS pixels: the smaller the more points there are, and growing slowly when one comes nearer. */
function diameterOf(points: number, { width, height }: Size, zoom: number): number {
  const room = Math.min(width, height) / Math.sqrt(Math.max(1, points)); // side of the square that a point has for itself
  return Math.min(22, Math.min(12, Math.max(3, room * 0.6)) * zoom ** 0.35);
}

function link(gl: WebGLRenderingContext): WebGLProgram | undefined {
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const) {
    const shader = gl.createShader(type)!;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  return gl.getProgramParameter(program, gl.LINK_STATUS) === true ? program : undefined;
}
