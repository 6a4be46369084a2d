/** Adjusted Rand index (Hubert and Arabie 1985) of two labelings; noise counts as one more cluster. */
export function adjustedRand(a: readonly number[], b: readonly number[]): number {
  const pairs = (n: number) => (n * (n - 1)) / 2;
  const count = (keys: Iterable<string | number>) => {
    const counts = new Map<string | number, number>();
    for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
    return [...counts.values()].reduce((sum, n) => sum + pairs(n), 0);
  };
  const both = count(a.map((label, i) => `${label} ${b[i]}`));
  const first = count(a);
  const second = count(b);
  const expected = (first * second) / Math.max(pairs(a.length), 1);
  const most = (first + second) / 2;
  return most === expected ? 1 : (both - expected) / (most - expected);
}
