/**
 * Neighbour agreement: the share of a page's k nearest other pages by cosine that share at least one human tag with it,
 * averaged over the pages that have tags. Rows must have length 1.
 */
export function neighbourAgreement(
  data: Float32Array,
  dims: number,
  tags: readonly (readonly string[])[],
  k = 10,
): number {
  const rows = tags.length;
  const sets = tags.map((list) => new Set(list));
  let total = 0;
  let counted = 0;
  const cosine = new Float32Array(rows);
  for (let i = 0; i < rows; i++) {
    if (sets[i].size === 0) continue;
    for (let j = 0; j < rows; j++) {
      let dot = 0;
      for (let c = 0; c < dims; c++) dot += data[i * dims + c] * data[j * dims + c];
      cosine[j] = dot;
    }
    cosine[i] = Number.NEGATIVE_INFINITY;
    const nearest = largest(cosine, k);
    total += nearest.filter((j) => tags[j].some((tag) => sets[i].has(tag))).length / k;
    counted++;
  }
  return total / counted;
}

/** Indices of the k largest values, ties to the lower index. */
function largest(values: Float32Array, k: number): number[] {
  const found: number[] = [];
  for (let j = 0; j < values.length; j++) {
    if (found.length === k && values[j] <= values[found[k - 1]]) continue;
    let at = found.length;
    while (at > 0 && values[found[at - 1]] < values[j]) at--;
    found.splice(at, 0, j);
    if (found.length > k) found.pop();
  }
  return found;
}
