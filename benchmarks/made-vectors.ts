import { closeSync, openSync, writeSync } from 'node:fs';

/** Numbers of a normal distribution, the same on every run (mulberry32, then Box and Muller 1958). */
class Normal {
  private spare: number | undefined;

  constructor(private state: number) {}

  /** Evenly from 0 … 1, 0 excluded. */
  even(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (((t ^ (t >>> 14)) >>> 0) + 1) / 2 ** 32;
  }

  next(): number {
    if (this.spare !== undefined) {
      const { spare } = this;
      this.spare = undefined;
      return spare;
    }
    const length = Math.sqrt(-2 * Math.log(this.even()));
    const angle = 2 * Math.PI * this.even();
    this.spare = length * Math.sin(angle);
    return length * Math.cos(angle);
  }

  /** From 0 … below - 1. */
  whole(below: number): number {
    return Math.min(below - 1, Math.floor(this.even() * below));
  }
}

/** Standard deviations that fall with the column by a power law, of squared length 1. */
function spectrum(dims: number, offset: number, power: number): Float64Array {
  const variance = Float64Array.from({ length: dims }, (_, c) => (c + offset) ** -power);
  const total = variance.reduce((a, b) => a + b, 0);
  return variance.map((v) => Math.sqrt(v / total));
}

/** Sizes of 3 to 200 rows by a power law that add up to `total`. */
function sizes(random: Normal, total: number): number[] {
  const law = Array.from({ length: 198 }, (_, i) => (i + 3) ** -1.2);
  const sum = law.reduce((a, b) => a + b, 0);
  const out: number[] = [];
  for (let left = total; left > 0; left -= out[out.length - 1]) {
    let drawn = random.even() * sum;
    let size = 3;
    while (drawn > law[size - 3] && size < 200) drawn -= law[size++ - 3];
    out.push(Math.min(size, left));
  }
  return out;
}

/**
 * Writes made clusters as float32 rows of length 1: anisotropic, of 3 to 200 rows by a power law, under supertopics, with
 * 20 % noise, half of it between clusters. A row at a time, so that a million fit anywhere. The same file on every run.
 */
export function writeMadeClusters(file: string, rows: number, dims: number): void {
  const random = new Normal(7);
  const steep = spectrum(dims, 4, 0.8);
  const flat = spectrum(dims, 30, 0.5);
  const drawn = (scale: Float64Array, by: number) => scale.map((s) => s * by * random.next());
  const plus = (a: Float64Array, b: Float64Array) => a.map((value, c) => value + b[c]);

  const clusters = sizes(random, rows - Math.floor(rows / 5));
  const above = Array.from({ length: Math.max(4, clusters.length >> 3) }, () => drawn(steep, 0.75));
  const centres = clusters.map(() => plus(above[random.whole(above.length)], drawn(steep, 0.6)));
  const scatter = clusters.map(() => 0.62 * Math.exp(0.22 * random.next()));
  const made = (cluster: number): Float64Array => {
    if (cluster >= 0) return plus(centres[cluster], drawn(flat, scatter[cluster]));
    if (cluster === -1) return plus(above[random.whole(above.length)], drawn(steep, 0.85));
    const weight = 0.35 + 0.3 * random.even();
    const [a, b] = [centres[random.whole(centres.length)], centres[random.whole(centres.length)]];
    return drawn(flat, 0.7).map((value, c) => value + weight * a[c] + (1 - weight) * b[c]);
  };

  const cluster = new Int32Array(rows).map((_, i) => -1 - (i % 2));
  let at = 0;
  clusters.forEach((size, id) => {
    cluster.fill(id, at, at + size);
    at += size;
  });
  for (let i = rows - 1; i > 0; i--) {
    const j = random.whole(i + 1);
    [cluster[i], cluster[j]] = [cluster[j], cluster[i]];
  }
  const target = openSync(file, 'w');
  const buffer = new Float32Array(1024 * dims);
  for (let first = 0; first < rows; first += 1024) {
    const count = Math.min(1024, rows - first);
    for (let r = 0; r < count; r++) {
      const row = made(cluster[first + r]);
      const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
      for (let c = 0; c < dims; c++) buffer[r * dims + c] = row[c] / length;
    }
    writeSync(target, buffer, 0, count * dims * 4);
  }
  closeSync(target);
}
