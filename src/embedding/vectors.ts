/** Scales every row to length 1, in place; a row of zeros stays one. Float64 inside. */
export function normaliseRows(data: Float32Array, rows: number, dims: number): void {
  for (let i = 0; i < rows; i++) {
    const row = data.subarray(i * dims, (i + 1) * dims);
    let squares = 0;
    for (const value of row) squares += value * value;
    if (squares === 0) continue;
    const length = Math.sqrt(squares);
    for (let c = 0; c < dims; c++) row[c] /= length;
  }
}
