import { InvalidClusteringInput } from './errors.js';
import type { Vectors } from './types.js';

/** @throws {InvalidClusteringInput} where the vectors are not rows x dims finite numbers */
export function checkVectors({ data, rows, dims }: Vectors): void {
  if (!Number.isInteger(dims) || dims < (rows === 0 ? 0 : 1)) {
    throw new InvalidClusteringInput('shape', 'dims must be a whole number of at least 1');
  }
  if (!Number.isInteger(rows) || rows < 0 || data.length !== rows * dims) {
    throw new InvalidClusteringInput('shape', `${data.length} numbers are not ${rows} rows of ${dims}`);
  }
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i])) {
      const at = `row ${Math.floor(i / dims)}, column ${i % dims}`;
      throw new InvalidClusteringInput(
        'not_finite',
        `The vectors hold ${data[i]} (${at}); every number must be finite`,
      );
    }
  }
}

/** @throws {InvalidClusteringInput} where an option is given and not a whole number of at least `least` */
export function checkWhole(name: string, value: number | undefined, least: number): void {
  if (value !== undefined && !(Number.isSafeInteger(value) && value >= least)) {
    throw new InvalidClusteringInput('option', `${name} must be a whole number of at least ${least}, not ${value}`);
  }
}
