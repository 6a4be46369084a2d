import { describe, expect, it } from '@jest/globals';
import { loadAddon } from '../../src/compute/addon.js';
import { nativeHdbscan, nativeNeighbours, nativeRefine } from '../../src/compute/clustering.js';
import { nativeLayout } from '../../src/compute/layout.js';
import { nativeTruncatedSvd } from '../../src/compute/lsa.js';
import {
  nativeCanonical,
  nativeCosines,
  nativeGroupProducts,
  nativePrincipal,
  nativeRefresh,
  nativeShift,
} from '../../src/compute/smoothing.js';
import { madeVectors } from '../support/vectors.js';

const loaded = loadAddon();
const suite = loaded.addon === null ? describe.skip : describe;

type Numbers = Float32Array | Float64Array | Int32Array | Uint32Array;
/** The same numbers, `by` elements into a larger buffer, between numbers that would be noticed. */
function moved<T extends Numbers>(array: T, by: number): T {
  const larger = new (array.constructor as new (length: number) => T)(array.length + by + 3).fill(77);
  larger.set(array, by);
  return larger.subarray(by, by + array.length) as T;
}

const PARAMS = {
  minClusterSize: 4,
  minSamples: 3,
  selection: 'eom',
  allowSingleCluster: false,
  ties: 'rows',
  storedBytes: 0,
  exactRows: 1e6,
} as const;

/** Every function of the addon that takes arrays, given each array through `as`. */
async function all(as: <T extends Numbers>(array: T) => T): Promise<object> {
  const made = madeVectors(120, 13, 6);
  const x = { ...made, data: as(made.data) };
  const { rows: unit, ...canonical } = await nativeCanonical(x);
  const u = { ...unit, data: as(unit.data) };
  const near = await nativeNeighbours(u, 6);
  const given = { k: near.k, index: as(near.index), distance: as(near.distance) };
  const initial = Float64Array.from({ length: 2 * u.rows }, (_, i) => Math.sin(i));
  const entries = Float32Array.from({ length: 90 }, (_, i) => ((i * 7) % 11) + 1);
  const matrix = {
    rows: 30,
    cols: 20,
    rowStart: as(Uint32Array.from({ length: 31 }, (_, i) => 3 * i)),
    indices: as(Uint32Array.from({ length: 90 }, (_, i) => ((i % 3) * 6 + Math.floor(i / 3)) % 20).map(sortedThirds)),
    values: as(entries),
  };
  const addon = loaded.addon;
  if (addon === null) throw new Error('no addon');
  const { timings: _, ...exact } = await nativeHdbscan(u, { ...PARAMS, neighbours: given });
  return {
    canonical,
    unit: [...unit.data],
    near,
    exact,
    refined: await nativeRefine(u, as(near.index), 4),
    principal: await nativePrincipal(x, 5),
    shifted: await nativeShift(u, given),
    refreshed: await nativeRefresh(u, given),
    cosines: nativeCosines(u, as(Int32Array.of(0, 1, 5, 9))),
    products: nativeGroupProducts(u, as(Int32Array.from({ length: u.rows }, (_, i) => (i % 4) - 1)), 3),
    layout: await nativeLayout(given, as(initial)),
    svd: await nativeTruncatedSvd(addon, matrix, { rank: 4, oversampling: 4, iterations: 2, seed: 1 }),
  };
}

/** Columns of a row in ascending order, as a well-formed matrix has them. */
const sortedThirds = (_: number, i: number, indices: Uint32Array) =>
  indices.slice(i - (i % 3), i - (i % 3) + 3).sort()[i % 3];

suite('native functions', () => {
  it.each([1, 2, 3])('heed the offset of a subarray that begins %i numbers into its buffer', async (by) => {
    expect(await all((array) => moved(array, by))).toEqual(await all((array) => array));
  });

  it('name the row of a number that is not finite, counted from the start of the subarray', async () => {
    const made = madeVectors(120, 13, 6);
    made.data[13 * 88] = NaN;
    const x = { ...made, data: moved(made.data, 3) };
    const near = { k: 1, index: new Int32Array(120), distance: new Float64Array(120) };
    for (const call of [
      () => nativeHdbscan(x, PARAMS),
      () => nativeNeighbours(x, 3),
      () => nativeRefine(x, new Int32Array(120), 1),
      () => nativeCanonical(x),
      () => nativePrincipal(x, 3),
      () => nativeShift(x, near),
      () => nativeRefresh(x, near),
    ])
      await expect((async () => call())()).rejects.toThrow('row 88 holds a number that is not finite');
  });
});
