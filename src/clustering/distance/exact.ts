/**
 * Squared Euclidean distance in float64 of rows i and j (row-major, `dims` floats each). Summed over 8 fixed lanes, then
 * as a fixed tree: native/core/distance/exact.cc gives the same bits, so that both engines break ties alike.
 */
export function squaredDistance(data: Float32Array, dims: number, i: number, j: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let s4 = 0;
  let s5 = 0;
  let s6 = 0;
  let s7 = 0;
  const end = i * dims + dims;
  const whole = end - (dims % 8);
  let a = i * dims;
  let b = j * dims;
  for (; a < whole; a += 8, b += 8) {
    const t0 = data[a] - data[b];
    const t1 = data[a + 1] - data[b + 1];
    const t2 = data[a + 2] - data[b + 2];
    const t3 = data[a + 3] - data[b + 3];
    const t4 = data[a + 4] - data[b + 4];
    const t5 = data[a + 5] - data[b + 5];
    const t6 = data[a + 6] - data[b + 6];
    const t7 = data[a + 7] - data[b + 7];
    s0 += t0 * t0;
    s1 += t1 * t1;
    s2 += t2 * t2;
    s3 += t3 * t3;
    s4 += t4 * t4;
    s5 += t5 * t5;
    s6 += t6 * t6;
    s7 += t7 * t7;
  }
  const rest = end - a;
  const tail = (l: number) => (l < rest ? (data[a + l] - data[b + l]) ** 2 : 0);
  if (rest > 0) {
    s0 += tail(0);
    s1 += tail(1);
    s2 += tail(2);
    s3 += tail(3);
    s4 += tail(4);
    s5 += tail(5);
    s6 += tail(6);
  }
  return s0 + s1 + (s2 + s3) + (s4 + s5 + (s6 + s7));
}
