/** A pivot this far below the largest one is rounding error, not a direction. The addon's value: it holds float32. */
const PIVOT_TOLERANCE = 1e-10;

/** y^T y (width x width, row-major) of a row-major y (rows x width). */
export function gram(y: Float64Array, rows: number, width: number): Float64Array {
  const g = new Float64Array(width * width);
  for (let i = 0; i < rows; i++) {
    const row = y.subarray(i * width, (i + 1) * width);
    for (let a = 0; a < width; a++) {
      const factor = row[a];
      for (let b = a; b < width; b++) g[a * width + b] += factor * row[b];
    }
  }
  for (let a = 0; a < width; a++) for (let b = 0; b < a; b++) g[a * width + b] = g[b * width + a];
  return g;
}

/** y w for row-major y (rows x inner) and w (inner x width). */
export function multiplyDense(
  y: Float64Array,
  rows: number,
  inner: number,
  w: Float64Array,
  width: number,
): Float64Array {
  const out = new Float64Array(rows * width);
  for (let i = 0; i < rows; i++)
    for (let c = 0; c < inner; c++) {
      const value = y[i * inner + c];
      for (let d = 0; d < width; d++) out[i * width + d] += value * w[c * width + d];
    }
  return out;
}

/**
 * An orthonormal basis of the span of y's columns: Cholesky QR with pivoting, done twice (Yamamoto et al. 2015).
 * Columns that depend on others are left out instead of amplified. `basis` is rows x rank, row-major.
 */
export function orthonormalise(y: Float64Array, rows: number, width: number): { basis: Float64Array; rank: number } {
  let basis = y;
  let rank = width;
  for (let pass = 0; pass < 2; pass++) {
    const { r, order, rank: found } = pivotedCholesky(gram(basis, rows, rank), rank);
    basis = solveRows(basis, rows, rank, r, order, found);
    rank = found;
  }
  return { basis, rank };
}

/** g = R^T R with its columns in `order`; stops at the numerical rank. R is upper triangular, width x width, row-major. */
function pivotedCholesky(g: Float64Array, width: number): { r: Float64Array; order: Uint32Array; rank: number } {
  const r = new Float64Array(width * width);
  const order = Uint32Array.from({ length: width }, (_, i) => i);
  const diagonal = Float64Array.from({ length: width }, (_, i) => g[i * width + i]);
  const largest = diagonal.reduce((a, b) => Math.max(a, b), 0);
  const swap = (array: Float64Array | Uint32Array, i: number, j: number) => {
    [array[i], array[j]] = [array[j], array[i]];
  };
  for (let k = 0; k < width; k++) {
    let best = k;
    for (let j = k + 1; j < width; j++) if (diagonal[j] > diagonal[best]) best = j;
    if (!(diagonal[best] > PIVOT_TOLERANCE * largest)) return { r, order, rank: k };
    swap(order, k, best);
    swap(diagonal, k, best);
    for (let i = 0; i < k; i++) swap(r, i * width + k, i * width + best);
    const pivot = Math.sqrt(diagonal[k]);
    r[k * width + k] = pivot;
    for (let j = k + 1; j < width; j++) r[k * width + j] = g[order[k] * width + order[j]];
    for (let i = 0; i < k; i++) {
      const factor = r[i * width + k];
      for (let j = k + 1; j < width; j++) r[k * width + j] -= factor * r[i * width + j];
    }
    for (let j = k + 1; j < width; j++) {
      r[k * width + j] /= pivot;
      diagonal[j] -= r[k * width + j] ** 2;
    }
  }
  return { r, order, rank: width };
}

/** q R = y for each row, by forward substitution; the rows come back `rank` wide. */
function solveRows(
  y: Float64Array,
  rows: number,
  width: number,
  r: Float64Array,
  order: Uint32Array,
  rank: number,
): Float64Array {
  const q = new Float64Array(rows * rank);
  for (let i = 0; i < rows; i++) {
    const row = q.subarray(i * rank, (i + 1) * rank);
    for (let c = 0; c < rank; c++) row[c] = y[i * width + order[c]];
    for (let c = 0; c < rank; c++) {
      row[c] /= r[c * width + c];
      for (let d = c + 1; d < rank; d++) row[d] -= row[c] * r[c * width + d];
    }
  }
  return q;
}

/** Eigenvalues (falling) and eigenvectors (columns) of a symmetric n x n matrix: cyclic Jacobi (Golub and Van Loan, 8.5). */
export function symmetricEigen(matrix: Float64Array, n: number): { values: Float64Array; vectors: Float64Array } {
  const a = matrix.slice();
  const rotated = Float64Array.from({ length: n * n }, (_, e) => (e % (n + 1) === 0 ? 1 : 0)); // eigenvectors as rows
  const rotate = (x: Float64Array, first: number, second: number, stride: number, c: number, s: number) => {
    for (let k = 0; k < n * stride; k += stride) {
      const u = x[first + k];
      const v = x[second + k];
      x[first + k] = c * u - s * v;
      x[second + k] = s * u + c * v;
    }
  };
  const total = a.reduce((sum, x) => sum + x * x, 0);
  for (let sweep = 0; sweep < 60 && offDiagonal(a, n) > 1e-26 * total; sweep++)
    for (let p = 0; p < n; p++)
      for (let q = p + 1; q < n; q++) {
        const coupling = a[p * n + q];
        if (coupling === 0) continue;
        const theta = (a[q * n + q] - a[p * n + p]) / (2 * coupling);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
        const c = 1 / Math.hypot(t, 1);
        rotate(a, p, q, n, c, t * c);
        rotate(a, p * n, q * n, 1, c, t * c);
        rotate(rotated, p * n, q * n, 1, c, t * c);
      }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => a[j * n + j] - a[i * n + i] || i - j);
  const vectors = new Float64Array(n * n);
  order.forEach((from, to) => {
    for (let k = 0; k < n; k++) vectors[k * n + to] = rotated[from * n + k];
  });
  return { values: Float64Array.from(order, (i) => a[i * n + i]), vectors };
}

function offDiagonal(a: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) sum += a[i * n + j] ** 2;
  return sum;
}
