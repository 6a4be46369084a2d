import { loadOnnxRuntime, type OnnxRuntime, type OnnxSession, openOnnxSession } from '../../compute/onnx-runtime.js';
import { normaliseRows } from '../vectors.js';
import { ModelDirectoryError, type SentenceModel } from './model-directory.js';
import { pool } from './pooling.js';
import type { Tokens } from './token-reader.js';

type OnnxTensor = Awaited<ReturnType<OnnxSession['run']>>[string];

const INPUTS = ['input_ids', 'attention_mask', 'token_type_ids'] as const;
const NEEDED: readonly string[] = INPUTS.slice(0, 2);
/** Best first: a sentence vector that the model makes itself is what its makers meant. `pooler_output` never is. */
const OUTPUTS = ['sentence_embedding', 'last_hidden_state', 'token_embeddings'];
const EXPORT = 'Export it with: optimum-cli export onnx --model NAME DIRECTORY';

/** The neural network of a sentence model, opened. It computes on the thread that calls it. */
export class SentenceSession {
  private constructor(
    private readonly ort: OnnxRuntime,
    private readonly session: OnnxSession,
    private readonly model: SentenceModel,
    private readonly output: string,
    private readonly padId: number,
  ) {}

  /**
   * @param threads 0: one a core
   * @throws {ModelDirectoryError} where the file is no sentence model
   * @throws {Error} where onnxruntime-node is not installed
   */
  static async open(model: SentenceModel, padId: number, threads: number): Promise<SentenceSession> {
    const runtime = await loadOnnxRuntime();
    if (runtime.ort === null) throw new Error(runtime.reason);
    const session = await openOnnxSession(runtime.ort, model.modelFile, { provider: 'cpu', threads }).catch((error) => {
      throw new ModelDirectoryError(
        `has a model.onnx that ONNX Runtime does not open (${reason(error, model)}). ${EXPORT}`,
      );
    });
    try {
      checkInputs(session);
      return new SentenceSession(runtime.ort, session, model, outputOf(session), padId);
    } catch (error) {
      await session.release();
      throw error;
    }
  }

  /**
   * Vectors of length 1, row-major, one row a text; zeros where the model gives zeros.
   * @throws {ModelDirectoryError} where what the model gives is not one finite float32 vector a text or a token
   */
  async embed(texts: readonly Tokens[]): Promise<{ data: Float32Array; dims: number }> {
    const width = texts.reduce((most, { ids }) => Math.max(most, ids.length), 0);
    const valuesOf = {
      input_ids: ({ ids }: Tokens) => ids,
      attention_mask: ({ ids }: Tokens) => new Int32Array(ids.length).fill(1),
      token_type_ids: ({ types }: Tokens) => types,
    };
    const feeds: Record<string, OnnxTensor> = {};
    for (const name of INPUTS.filter((input) => this.session.inputNames.includes(input))) {
      const data = new BigInt64Array(texts.length * width).fill(BigInt(name === 'input_ids' ? this.padId : 0));
      texts.forEach((text, row) => {
        data.set(Array.from(valuesOf[name](text), BigInt), row * width);
      });
      feeds[name] = new this.ort.Tensor('int64', data, [texts.length, width]);
    }
    const ran = await this.session.run(feeds, [this.output]).catch((error) => {
      throw new ModelDirectoryError(
        `has a model that fails to run (${reason(error, this.model)}). Is the tokenizer.json its own, and is there memory enough?`,
      );
    });
    return this.#vectors(ran[this.output], texts, width);
  }

  #vectors({ data, dims: shape, type }: OnnxTensor, texts: readonly Tokens[], width: number) {
    const rows = texts.length;
    const dims = shape.at(-1) ?? 0;
    const wanted = shape.length === 2 ? [rows, dims] : [rows, width, dims];
    if (type !== 'float32' || dims === 0 || shape.join() !== wanted.join())
      throw new ModelDirectoryError(
        `has a model whose output '${this.output}' is ${type} of shape [${shape}] for ${rows} texts of ${width} tokens, not float32 [texts, tokens, dims] or [texts, dims]. ${EXPORT}`,
      );
    const floats = data as Float32Array;
    const vectors = shape.length === 2 ? floats.slice() : this.#pooled(floats, texts, width, dims);
    if (!vectors.every(Number.isFinite))
      throw new ModelDirectoryError(`has a model that gives numbers which are not finite. ${EXPORT}`);
    normaliseRows(vectors, rows, dims);
    return { data: vectors, dims };
  }

  #pooled(tokens: Float32Array, texts: readonly Tokens[], width: number, dims: number): Float32Array {
    const { pooling, modulesAfterPooling } = this.model;
    const whole = `Export the model whole, so that it has the output '${OUTPUTS[0]}', or take another one.`;
    if (modulesAfterPooling.length > 0)
      throw new ModelDirectoryError(
        `has a model that stops at the tokens, before its ${modulesAfterPooling.join(' and ')}. ${whole}`,
      );
    if (pooling !== 'mean' && pooling !== 'cls')
      throw new ModelDirectoryError(`pools by '${pooling}'; only mean and cls are known here. ${whole}`);
    return pool(
      tokens,
      texts.map(({ ids }) => ids.length),
      width,
      dims,
      pooling,
    );
  }
}

function checkInputs({ inputMetadata }: OnnxSession): void {
  const given = inputMetadata.map(({ name }) => name);
  const missing = NEEDED.filter((name) => !given.includes(name));
  const unknown = given.filter((name) => !(INPUTS as readonly string[]).includes(name));
  if (missing.length > 0)
    throw new ModelDirectoryError(`has a model without the input ${missing.join(' and ')}: no text model. ${EXPORT}`);
  if (unknown.length > 0)
    throw new ModelDirectoryError(
      `has a model that asks for ${unknown.join(' and ')}; only ${INPUTS.join(', ')} can be given. ${EXPORT}`,
    );
  for (const input of inputMetadata)
    if (!input.isTensor || input.type !== 'int64')
      throw new ModelDirectoryError(`has a model whose input ${input.name} is not int64. ${EXPORT}`);
}

/** The name of the output to use: a known one, or the only one that there is. */
function outputOf({ outputNames }: OnnxSession): string {
  const name =
    OUTPUTS.find((known) => outputNames.includes(known)) ?? (outputNames.length === 1 ? outputNames[0] : undefined);
  if (name === undefined)
    throw new ModelDirectoryError(
      `has a model with the outputs ${outputNames.join(', ')} and none named ${OUTPUTS.join(', ')}. ${EXPORT}`,
    );
  return name;
}

/** Of what ONNX Runtime says the first line, without the path of the directory. */
function reason(error: unknown, { directory }: SentenceModel): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0].replaceAll(`${directory}/`, '');
}
