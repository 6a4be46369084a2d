import { createWriteStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { InvalidClusteringInput } from './errors.js';
import type { Clustering, ClusterNode, Vectors } from './types.js';

/** One read call takes at most 2 GB. */
const PIECE = 1 << 28;

/**
 * Reads float32 little-endian vectors, row after row.
 * @throws {InvalidClusteringInput} where the file cannot be read or is no whole number of rows
 */
export async function readVectors(path: string, dims: number): Promise<Vectors> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    throw new InvalidClusteringInput('shape', `The vectors cannot be read: ${(error as Error).message}`);
  }
  try {
    const status = await file.stat();
    if (!status.isFile()) throw new InvalidClusteringInput('shape', `${path} is not a file`);
    const { size } = status;
    if (size % (4 * dims) !== 0) {
      const what = `${path} has ${size} bytes, which is not a whole number of rows of ${dims} float32 numbers`;
      throw new InvalidClusteringInput('shape', what);
    }
    const data = new Float32Array(new SharedArrayBuffer(size)); // so that no thread needs a copy
    const bytes = new Uint8Array(data.buffer);
    for (let at = 0; at < size; ) {
      const { bytesRead } = await file.read(bytes, at, Math.min(size - at, PIECE), at);
      if (bytesRead === 0) throw new InvalidClusteringInput('shape', `${path} became shorter while it was read`);
      at += bytesRead;
    }
    return { data, rows: data.length / dims, dims };
  } finally {
    await file.close();
  }
}

/** Writes a line a row: {index, cluster, probability, outlier_score, path}. */
export async function writeRows(path: string, found: Clustering): Promise<void> {
  await pipeline(Readable.from(lines(found)), createWriteStream(path));
}

function* lines({ labels, probabilities, outlierScores, clusters }: Clustering): Generator<string> {
  const byId = new Map(clusters.map((node) => [node.id, node]));
  for (let index = 0; index < labels.length; index++) {
    const row = {
      index,
      cluster: labels[index],
      probability: probabilities[index],
      outlier_score: outlierScores[index],
      path: pathOf(labels[index], byId),
    };
    yield `${JSON.stringify(row)}\n`;
  }
}

/** Cluster ids from the broadest layer to the narrowest. */
function pathOf(label: number, byId: ReadonlyMap<number, ClusterNode>): number[] {
  const path: number[] = [];
  for (let node = byId.get(label); node !== undefined; node = byId.get(node.parentId ?? -1)) path.unshift(node.id);
  return path;
}
