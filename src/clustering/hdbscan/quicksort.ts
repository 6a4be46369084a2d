const SMALL = 16;

/**
 * Positions of `values` from least to greatest, by median-of-three quicksort with insertion sort for 17 values and
 * fewer. Equal values end in the order which that algorithm leaves them in, and that is what it is for: the reference
 * implementation sorts its edges so, and the order of ties shows in the clusters (see docs/clustering.md).
 */
export function quicksortOrder(values: Float64Array): Int32Array {
  const order = Int32Array.from(values, (_, i) => i);
  const swap = (a: number, b: number): void => {
    const kept = order[a];
    order[a] = order[b];
    order[b] = kept;
  };
  const swapIfLess = (a: number, b: number): void => {
    if (values[order[a]] < values[order[b]]) swap(a, b);
  };
  const partition = (low: number, high: number): number => {
    const middle = low + ((high - low) >> 1);
    swapIfLess(middle, low);
    swapIfLess(high, middle);
    swapIfLess(middle, low);
    const pivot = values[order[middle]];
    swap(middle, high - 1);
    let i = low;
    let j = high - 1;
    for (;;) {
      do i++;
      while (values[order[i]] < pivot);
      do j--;
      while (pivot < values[order[j]]);
      if (i >= j) break;
      swap(i, j);
    }
    swap(i, high - 1);
    return i;
  };
  const insertionSort = (low: number, high: number): void => {
    for (let i = low + 1; i <= high; i++) {
      const moved = order[i];
      let at = i;
      for (; at > low && values[moved] < values[order[at - 1]]; at--) order[at] = order[at - 1];
      order[at] = moved;
    }
  };
  // Out of splits, a range is sorted the safe way: quicksort's quadratic case would take minutes.
  const fall = (low: number, high: number): void => {
    order.set(
      order.slice(low, high + 1).sort((a, b) => values[a] - values[b]),
      low,
    );
  };
  const pending = [{ low: 0, high: order.length - 1, splits: 2 * Math.floor(Math.log2(Math.max(1, order.length))) }];
  for (let range = pending.pop(); range !== undefined; range = pending.pop()) {
    const { low, high, splits } = range;
    if (splits < 0) fall(low, high);
    else if (high - low <= SMALL) insertionSort(low, high);
    else {
      const at = partition(low, high);
      pending.push({ low, high: at - 1, splits: splits - 1 }, { low: at + 1, high, splits: splits - 1 });
    }
  }
  return order;
}
