export interface EmbeddingInput {
  readonly title: string;
  readonly text: string;
}

/** Row-major float32 vectors of length 1, one row an input, in the order of the input. An empty text is a zero row. Without any text the length of the model's vectors may be unknown: dims are 0 then. */
export interface Embeddings {
  readonly data: Float32Array;
  readonly rows: number;
  readonly dims: number;
}

export interface EmbedOptions {
  readonly signal?: AbortSignal;
  /** Called now and then with the number of inputs done. */
  readonly onProgress?: (done: number) => void;
}

/** Text in, vectors out. Heavy work stays off the event loop. */
export interface Embedder {
  /** Names the space the vectors live in, e.g. `openai:text-embedding-3-small`. Stored vectors are found by it. */
  readonly model: string;
  /** True where the space is fitted on the input itself: then all pages of a wiki are embedded together, every time. */
  readonly fitted: boolean;
  embed(inputs: readonly EmbeddingInput[], options?: EmbedOptions): Promise<Embeddings>;
}
