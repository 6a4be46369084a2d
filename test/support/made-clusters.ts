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

/** `families` x `topics` clusters of `size` rows; the centres of a family share half of their squared length. */
export function madeFamilies(families: number, topics: number, size: number, dims: number, seed = 1): Made {
  const next = lcg(seed);
  const centres = Array.from({ length: families }, () => direction(next, dims)).flatMap((parent) =>
    Array.from({ length: topics }, () => {
      const own = direction(next, dims);
      return parent.map((p, j) => p + own[j]);
    }),
  );
  const truth = Array.from({ length: centres.length * size }, (_, i) => i % centres.length);
  const rows = truth.map((t) => {
    const noise = direction(next, dims);
    return centres[t].map((c, j) => c + 0.5 * noise[j]);
  });
  return { data: Float32Array.from(rows.flat()), rows: rows.length, dims, truth };
}

/**
 * A wiki as text embeddings make them, to hold the default method against: clusters of 3 to 200 rows by a power law, each of
 * a scatter of its own, under directions that several share, the first coordinates larger than the last; a fifth of the rows
 * belongs to none (truth -1), half of it loosely under one of the shared directions and half between two clusters.
 */
export function madeWiki(rows: number, dims: number, seed = 1): Made {
  const next = lcg(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const below = (n: number) => Math.floor(next() * n);
  const drawn = (scale: readonly number[]) => scale.map((s) => s * normal());
  const decay = (offset: number, power: number) => {
    const variance = Array.from({ length: dims }, (_, j) => (j + offset) ** -power);
    const total = variance.reduce((sum, v) => sum + v, 0);
    return variance.map((v) => Math.sqrt(v / total));
  };
  const add = (a: readonly number[], x: number, b: readonly number[], y: number) => a.map((v, j) => x * v + y * b[j]);
  const steep = decay(4, 0.8);
  const flat = decay(30, 0.5);

  const members = rows - Math.floor(rows / 5);
  const law = Array.from({ length: 198 }, (_, i) => (i + 3) ** -1.2);
  const total = law.reduce((sum, p) => sum + p, 0);
  const truth: number[] = [];
  let clusters = 0;
  while (truth.length < members) {
    let lot = next() * total;
    let size = 3;
    while (size < 200 && lot >= law[size - 3]) lot -= law[size++ - 3];
    const left = members - truth.length;
    for (let i = 0; i < Math.min(left < size + 3 ? left : size, left); i++) truth.push(clusters);
    clusters++;
  }
  const shared = Array.from({ length: Math.max(4, clusters >> 3) }, () => drawn(steep));
  const centres = Array.from({ length: clusters }, () => add(shared[below(shared.length)], 0.75, drawn(steep), 0.6));
  const scatter = centres.map(() => Math.exp(Math.log(0.62) + 0.22 * normal()));
  const made = truth.map((t) => add(centres[t], 1, drawn(flat), scatter[t]));
  while (made.length < rows) {
    const share = 0.35 + 0.3 * next();
    const between = add(centres[below(clusters)], share, centres[below(clusters)], 1 - share);
    const loose = add(shared[below(shared.length)], 0.75, drawn(steep), 0.85);
    made.push(made.length % 2 === 0 ? loose : add(between, 1, drawn(flat), 0.7));
    truth.push(-1);
  }
  return { data: Float32Array.from(made.flat()), rows, dims, truth };
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
