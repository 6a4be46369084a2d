/** A small linear congruential generator, so that made data is the same on every run. */
export function lcg(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A direction drawn evenly from the sphere. */
export function direction(next: () => number, dims: number): number[] {
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const v = Array.from({ length: dims }, normal);
  const norm = Math.hypot(...v);
  return v.map((x) => x / norm);
}

export interface Made {
  readonly data: Float32Array;
  readonly rows: number;
  readonly dims: number;
  readonly truth: readonly number[];
}

/** `topics` clusters of `size` rows, each a centre plus scatter of length `scatter`, in shuffled order. */
export function madeClusters(topics: number, size: number, dims: number, scatter = 1, seed = 1): Made {
  const next = lcg(seed);
  const centres = Array.from({ length: topics }, () => direction(next, dims));
  const truth = Array.from({ length: topics * size }, (_, i) => i % topics);
  const rows = truth.map((t) => {
    const noise = direction(next, dims);
    return centres[t].map((c, j) => c + scatter * noise[j]);
  });
  return { data: Float32Array.from(rows.flat()), rows: rows.length, dims, truth };
}

/** Rows without anything in common. */
export function madeStrangers(rows: number, dims: number, seed = 1): Made {
  const next = lcg(seed);
  const all = Array.from({ length: rows }, () => direction(next, dims));
  return { data: Float32Array.from(all.flat()), rows, dims, truth: all.map(() => -1) };
}

/** The rows at `order`. */
export function pick({ data, dims }: { data: Float32Array; dims: number }, order: readonly number[]) {
  const out = new Float32Array(order.length * dims);
  order.forEach((row, at) => {
    out.set(data.subarray(row * dims, (row + 1) * dims), at * dims);
  });
  return { data: out, rows: order.length, dims };
}
