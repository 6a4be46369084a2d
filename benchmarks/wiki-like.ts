export interface WikiLike {
  readonly data: Float32Array;
  readonly rows: number;
  readonly dims: number;
  /** Of each row its cluster, -1 for noise. */
  readonly truth: readonly number[];
}

const SMALLEST = 3;
const LARGEST = 200;

/**
 * Unit vectors like those of a wiki's pages, the same on every run: clusters of 3 to 200 rows, sizes by a power law, of
 * different width and longer in some directions than in others, gathered under broader topics; a fifth of the rows is noise,
 * half of that loose within a topic, half between two clusters. Rows are in random order.
 */
export function wikiLike(rows: number, dims: number, seed = 7): WikiLike {
  const { uniform, normal, below } = generator(seed);
  const sizes = clusterSizes(rows - Math.floor(rows / 5), uniform);
  const narrow = spectrum(dims, 4, -0.8);
  const wide = spectrum(dims, 30, -0.5);
  const draw = (scale: number, deviations: Float64Array) => deviations.map((d) => scale * d * normal());
  const sum = (a: Float64Array, b: Float64Array) => a.map((x, c) => x + b[c]);

  const topics = Array.from({ length: Math.max(4, Math.floor(sizes.length / 8)) }, () => draw(0.75, narrow));
  const centres = sizes.map(() => sum(topics[below(topics.length)], draw(0.6, narrow)));
  const truth = sizes.flatMap((size, cluster) => new Array<number>(size).fill(cluster));
  const members = truth.length;
  while (truth.length < rows) truth.push(-1);
  for (let i = rows - 1; i > 0; i--) {
    const j = below(i + 1);
    [truth[i], truth[j]] = [truth[j], truth[i]];
  }
  const widths = sizes.map(() => 0.62 * Math.exp(0.22 * normal()));
  const loose = Math.floor((rows - members) / 2);
  let noise = 0;
  const data = new Float32Array(rows * dims);
  truth.forEach((cluster, row) => {
    let vector: Float64Array;
    if (cluster >= 0) vector = sum(centres[cluster], draw(widths[cluster], wide));
    else if (noise++ < loose) vector = sum(topics[below(topics.length)], draw(0.85, narrow));
    else {
      const [a, b] = [centres[below(centres.length)], centres[below(centres.length)]];
      const share = 0.35 + 0.3 * uniform();
      const between = a.map((x, c) => share * x + (1 - share) * b[c]);
      vector = sum(between, draw(0.7, wide));
    }
    const length = Math.sqrt(vector.reduce((squares, x) => squares + x * x, 0));
    for (let c = 0; c < dims; c++) data[row * dims + c] = vector[c] / length;
  });
  return { data, rows, dims, truth };
}

/** Sizes that sum to `members`, drawn by size^-1.2. */
function clusterSizes(members: number, uniform: () => number): number[] {
  const weights = Array.from({ length: LARGEST - SMALLEST + 1 }, (_, i) => (SMALLEST + i) ** -1.2);
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const sizes: number[] = [];
  let left = members;
  while (left > 0) {
    let at = 0;
    for (let rest = uniform() * all - weights[0]; rest > 0 && at < weights.length - 1; rest -= weights[++at]);
    const size = Math.min(SMALLEST + at, left);
    if (size < SMALLEST && sizes.length > 0) sizes[sizes.length - 1] += size;
    else sizes.push(size);
    left -= size;
  }
  return sizes;
}

/** Standard deviations that fall over the dimensions as (c + offset)^(power / 2), of squared sum 1. */
function spectrum(dims: number, offset: number, power: number): Float64Array {
  const variances = Float64Array.from({ length: dims }, (_, c) => (c + offset) ** power);
  const all = variances.reduce((sum, variance) => sum + variance, 0);
  return variances.map((variance) => Math.sqrt(variance / all));
}

/** SplitMix32: good in millions of dimensions, where a linear congruential generator shows its lattice. */
function generator(seed: number) {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, normal, below: (n: number) => Math.floor(uniform() * n) };
}
