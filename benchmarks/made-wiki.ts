import { lcg } from '../test/support/made-clusters.js';

/**
 * Vectors of a made wiki, row-major: clusters of 3 to 200 pages by a power law, each around a direction of its own, and
 * every fifth page a stranger. The same on every run.
 */
export function powerLawClusters(rows: number, dims: number): Float32Array {
  const next = lcg(7);
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const data = new Float32Array(rows * dims);
  const centre = new Float32Array(dims);
  for (let row = 0, left = 0; row < rows; row++) {
    const stranger = next() < 0.2;
    if (!stranger && left-- <= 0) {
      left = Math.floor(3 * (1 - next() * (1 - (3 / 200) ** 1.2)) ** (-1 / 1.2)) - 1;
      for (let j = 0; j < dims; j++) centre[j] = normal();
    }
    for (let j = 0; j < dims; j++) data[row * dims + j] = stranger ? normal() : centre[j]! + 0.5 * normal();
  }
  return data;
}
