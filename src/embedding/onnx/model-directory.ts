import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';

/** Raised whenever vectors of the same files would come out differently: stored vectors are then made anew. */
const RECIPE = 1;
/** Attention needs memory and time by the square of the length, and a page says by then what it is about. */
const MOST_TOKENS = 2048;
/** What BERT and its kin are trained on: for a directory that names no limit. */
const USUAL_TOKENS = 512;

/** A sentence-transformer directory, looked through but not loaded. Plain data: it crosses to the worker thread. */
export interface SentenceModel {
  /** Absolute, as all paths here. */
  readonly directory: string;
  readonly modelFile: string;
  readonly tokenizer: unknown;
  readonly tokenizerConfig: object;
  /** How the token vectors of a text become its vector, where the model stops at tokens: `mean`, `cls`, `max`, … */
  readonly pooling: string;
  /** Modules that the directory has after the pooling, e.g. a dense layer: a model that stops at tokens lacks them. */
  readonly modulesAfterPooling: readonly string[];
  /** Longest input, special tokens included. */
  readonly maxTokens: number;
  readonly lowerCase: boolean;
  /** `onnx:<directory>@<hash of all that decides the vectors>` */
  readonly name: string;
}

/** What is wrong with the directory and what to do about it, without its path: messages go to logs. */
export class ModelDirectoryError extends Error {
  override readonly name = 'ModelDirectoryError';

  /** @param problem goes on after the words 'ONNX_MODEL_DIR' */
  constructor(problem: string) {
    super(`ONNX_MODEL_DIR ${problem}`);
  }
}

const json = z.looseObject({});
const modules = z.array(z.looseObject({ path: z.string(), type: z.string() }));
const sentenceConfig = z.looseObject({
  max_seq_length: z.number().positive().nullish(),
  do_lower_case: z.boolean().nullish(),
});
const tokenizerConfig = z.looseObject({ model_max_length: z.number().positive().nullish() });
const modelConfig = z.looseObject({
  model_type: z.string().nullish(),
  max_position_embeddings: z.number().positive().nullish(),
  pad_token_id: z.number().nullish(),
});

/**
 * Looks through a directory as sentence-transformers and Optimum write it: `model.onnx` or `onnx/model.onnx`,
 * `tokenizer.json`, and what there is of `tokenizer_config.json`, `config.json`, `modules.json`, `1_Pooling/config.json`
 * and `sentence_bert_config.json`.
 * @throws {ModelDirectoryError} saying what is missing or cannot be used, and what to do
 */
export async function readModelDirectory(path: string): Promise<SentenceModel> {
  const directory = resolve(path);
  if (!(await stat(directory).catch(() => undefined))?.isDirectory())
    throw new ModelDirectoryError('is not a directory that can be read.');
  const modelFile = await firstFile(directory, ['model.onnx', 'onnx/model.onnx']);
  const hash = createHash('sha256').update(`${RECIPE}\n`);
  await addFile(hash, modelFile);
  const weights = `${modelFile}_data`; // where the weights of a model over 2 GB lie
  if (await exists(weights)) await addFile(hash, weights);

  const read = async <T>(name: string, schema: z.ZodType<T>): Promise<T | undefined> => {
    const text = await readFile(join(directory, name), 'utf8').catch(() => undefined);
    hash.update(`\n${name}\n${text ?? ''}`);
    return text === undefined ? undefined : parse(name, text, schema);
  };
  const tokenizer = await read('tokenizer.json', json);
  if (tokenizer === undefined)
    throw new ModelDirectoryError('has no tokenizer.json. Export it with the model: a vocab.txt alone is not enough.');
  const config = await read('config.json', modelConfig);
  const tokenizing = await read('tokenizer_config.json', tokenizerConfig);
  const sentence = await read('sentence_bert_config.json', sentenceConfig);
  const chain = (await read('modules.json', modules)) ?? [];
  const kind = (type: string) => type.split('.').at(-1) ?? type;
  const poolingAt = chain.find(({ type }) => kind(type) === 'Pooling')?.path ?? '1_Pooling';
  const pooling = await read(`${poolingAt}/config.json`, json);
  const limits = [sentence?.max_seq_length, tokenizing?.model_max_length, positionsOf(config)].filter(
    (limit) => typeof limit === 'number',
  );
  return {
    directory,
    modelFile,
    tokenizer,
    tokenizerConfig: tokenizing ?? {},
    pooling: pooling === undefined ? 'mean' : modesOf(pooling),
    modulesAfterPooling: chain
      .map(({ type }) => kind(type))
      .filter((type) => !['Transformer', 'Pooling', 'Normalize'].includes(type)),
    maxTokens: Math.min(MOST_TOKENS, ...(limits.length > 0 ? limits : [USUAL_TOKENS])),
    lowerCase: sentence?.do_lower_case ?? false,
    name: `onnx:${basename(directory)}@${hash.digest('hex').slice(0, 12)}`,
  };
}

/** How many tokens have a position of their own. RoBERTa and its kin count positions from behind the padding's id. */
function positionsOf(config: z.output<typeof modelConfig> | undefined): number | undefined {
  const positions = config?.max_position_embeddings ?? undefined;
  if (positions === undefined || !/roberta|camembert|mpnet/.test(config?.model_type ?? '')) return positions;
  return positions - (config?.pad_token_id ?? 1) - 1;
}

/** The modes of a Pooling module, from its config in the old form (a flag a mode) or the new one (`pooling_mode`). */
function modesOf(config: Record<string, unknown>): string {
  if (typeof config.pooling_mode === 'string') return config.pooling_mode;
  const flags = Object.keys(config).filter((key) => key.startsWith('pooling_mode_') && config[key] === true);
  return flags.map((flag) => flag.replace(/^pooling_mode_|_tokens?$/g, '')).join(' + ');
}

function parse<T>(name: string, text: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    const why =
      error instanceof z.ZodError ? `${error.issues[0].path.join('.')}: ${error.issues[0].message}` : 'it is no JSON';
    throw new ModelDirectoryError(`has a ${name} that cannot be used (${why}). Export or download the model again.`);
  }
}

async function exists(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined))?.isFile() === true;
}

async function firstFile(directory: string, names: readonly string[]): Promise<string> {
  for (const name of names) if (await exists(join(directory, name))) return join(directory, name);
  throw new ModelDirectoryError(
    `has neither ${names.join(' nor ')}. Make it with: optimum-cli export onnx --model NAME DIRECTORY`,
  );
}

async function addFile(hash: ReturnType<typeof createHash>, file: string): Promise<void> {
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
}
