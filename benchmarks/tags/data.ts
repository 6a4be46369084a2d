import { existsSync, readFileSync } from 'node:fs';
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

/**
 * Cluster of each page, -1 for none: from lines `{index, cluster}` as `npm run cluster -- --out` writes them (also with
 * `path`, the clusters from broad to narrow), or else from the reference labels beside the pages.
 */
export function readPaths(folder: string, name: string, labelsFile: string | undefined): number[][] {
  if (labelsFile !== undefined && existsSync(labelsFile)) {
    const lines = linesOf(labelsFile) as { index: number; cluster: number; path?: number[] }[];
    const paths: number[][] = [];
    for (const { index, cluster, path } of lines) paths[index] = cluster < 0 ? [] : (path ?? [cluster]);
    return paths;
  }
  const reference = JSON.parse(readFileSync(join(folder, `${name}-lsa.hdbscan-ms2-mcs3-eom.json`), 'utf8')) as {
    labels: number[];
  };
  return reference.labels.map((label) => (label < 0 ? [] : [label]));
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
