import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface HumanTaggedPage {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly tags: readonly string[];
}

const linesOf = (file: string): unknown[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line));

/** Pages of a measuring wiki: one JSON object a line. */
export function readPages(folder: string, name: string): HumanTaggedPage[] {
  return linesOf(join(folder, `${name}.jsonl`)) as HumanTaggedPage[];
}

/** Where one page went: its clusters from broad to narrow (none: noise) and how probable its membership is. */
export interface Place {
  readonly path: readonly number[];
  readonly probability: number;
}

/**
 * Place of each page: from lines `{index, cluster, probability, path}` as `npm run cluster -- --out` writes them, or else
 * from the reference labels beside the pages.
 */
export function readPlaces(folder: string, name: string, labelsFile: string | undefined): Place[] {
  if (labelsFile !== undefined) {
    const lines = linesOf(labelsFile) as { index: number; cluster: number; probability?: number; path?: number[] }[];
    const places: Place[] = [];
    for (const { index, cluster, path, probability } of lines) {
      places[index] = { path: cluster < 0 ? [] : (path ?? [cluster]), probability: probability ?? 1 };
    }
    return places;
  }
  const file = join(folder, `${name}-lsa.hdbscan-ms2-mcs3-eom.json`);
  const { labels, probabilities } = JSON.parse(readFileSync(file, 'utf8')) as {
    labels: number[];
    probabilities: number[];
  };
  return labels.map((label, i) => ({ path: label < 0 ? [] : [label], probability: probabilities[i] }));
}

/** Members of each cluster of every layer, with the broader cluster above it. */
export function clustersOf(
  paths: readonly (readonly number[])[],
): Map<number, { members: number[]; parent: number | null }> {
  const clusters = new Map<number, { members: number[]; parent: number | null }>();
  for (const [page, path] of paths.entries()) {
    for (const [depth, id] of path.entries()) {
      const known = clusters.get(id) ?? { members: [], parent: depth > 0 ? path[depth - 1] : null };
      known.members.push(page);
      clusters.set(id, known);
    }
  }
  return clusters;
}
