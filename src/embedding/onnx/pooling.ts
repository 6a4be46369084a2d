export type Pooling = 'mean' | 'cls';

/**
 * Token vectors to text vectors (Reimers and Gurevych 2019, section 3): the mean over the tokens that are no padding, or
 * the vector of the first one. Float64 inside.
 * @param tokens row-major, lengths.length x width x dims; the padding stands at the end of each text
 * @param lengths of each text: its tokens without padding, at least 1
 * @returns row-major, lengths.length x dims
 */
export function pool(
  tokens: Float32Array,
  lengths: readonly number[],
  width: number,
  dims: number,
  pooling: Pooling,
): Float32Array {
  const out = new Float32Array(lengths.length * dims);
  const sum = new Float64Array(dims);
  lengths.forEach((length, row) => {
    const first = row * width * dims;
    sum.fill(0);
    const counted = pooling === 'cls' ? 1 : length;
    for (let token = 0; token < counted; token++)
      for (let c = 0; c < dims; c++) sum[c] += tokens[first + token * dims + c];
    for (let c = 0; c < dims; c++) out[row * dims + c] = sum[c] / counted;
  });
  return out;
}
