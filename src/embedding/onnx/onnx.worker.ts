import { workerData } from 'node:worker_threads';
import { type SentenceModel } from './model-directory.js';
import { SentenceSession } from './sentence-session.js';
import { TokenReader, type Tokens } from './token-reader.js';

/** What the pool gives to its thread. */
export interface OnnxWorkerData {
  readonly model: SentenceModel;
  readonly threads: number;
}

/**
 * The thread that reads and embeds: the tokenizer is JavaScript, and ONNX Runtime computes on the thread that calls it,
 * whatever its promises suggest. Tokenizer and model stay open as long as the thread lives.
 */
let opened: Promise<{ reader: TokenReader; session: SentenceSession }> | undefined;

async function open() {
  const { model, threads } = workerData as OnnxWorkerData;
  const reader = new TokenReader(model);
  return { reader, session: await SentenceSession.open(model, reader.padId, threads) };
}

function loaded(): NonNullable<typeof opened> {
  opened ??= open();
  return opened;
}

/** The length of the model's vectors, from one pass over the padding token: every fault of a model shows here. */
export async function dims(): Promise<number> {
  const { reader, session } = await loaded();
  const probe = { ids: Int32Array.of(reader.padId), types: Int32Array.of(0) };
  return (await session.embed([probe])).dims;
}

export async function read(texts: readonly string[]): Promise<Tokens[]> {
  const { reader } = await loaded();
  return texts.map((text) => reader.read(text));
}

export async function embed(texts: readonly Tokens[]): Promise<Float32Array> {
  return (await (await loaded()).session.embed(texts)).data;
}
