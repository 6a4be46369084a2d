import { Tokenizer } from '@huggingface/tokenizers';
import { truncate } from '../page-text.js';
import { ModelDirectoryError, type SentenceModel } from './model-directory.js';

/** A text as the model reads it, special tokens included. No ids: the text has nothing that the tokenizer knows of. */
export interface Tokens {
  readonly ids: Int32Array;
  readonly types: Int32Array;
}

const NOTHING: Tokens = { ids: new Int32Array(0), types: new Int32Array(0) };
/** More than prose has in any language, so that the cut before the tokenizer is behind the one after it. */
const CHARS_PER_TOKEN = 16;

/** The tokenizer of a sentence model: texts to ids, cut to the model's length as transformers cuts them. */
export class TokenReader {
  /** The id that fills up short rows of a batch. */
  readonly padId: number;
  readonly #tokenizer: Tokenizer;
  /** Tokens of the text itself that fit beside the special ones. */
  readonly #room: number;

  /** @throws {ModelDirectoryError} where tokenizer.json describes no tokenizer that is known */
  constructor(private readonly model: SentenceModel) {
    try {
      this.#tokenizer = new Tokenizer(model.tokenizer as object, model.tokenizerConfig);
      this.#room = Math.max(model.maxTokens - this.#framed([]).tokens.length, 0);
      this.padId = this.#padId();
      this.read('a');
    } catch (error) {
      const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
      throw new ModelDirectoryError(
        `has a tokenizer.json that cannot be used (${why}). Export or download the model again.`,
      );
    }
  }

  /** Too long a text loses its end, never the special tokens behind it. */
  read(text: string): Tokens {
    const cut = truncate(text.trim(), this.model.maxTokens * CHARS_PER_TOKEN);
    const words = this.#tokenizer.tokenize(this.model.lowerCase ? cut.toLowerCase() : cut);
    if (words.length === 0) return NOTHING;
    const { tokens, token_type_ids: types } = this.#framed(words.slice(0, this.#room));
    const known = tokens.flatMap((token, i) => {
      const id = this.#idOf(token);
      return id === undefined ? [] : [{ id, type: types?.[i] ?? 0 }];
    });
    return { ids: Int32Array.from(known, ({ id }) => id), types: Int32Array.from(known, ({ type }) => type) };
  }

  /** With the special tokens around: [CLS] … [SEP] and the like. */
  #framed(tokens: string[]): { tokens: string[]; token_type_ids?: number[] } {
    return this.#tokenizer.post_processor?.post_process(tokens, null, true) ?? { tokens };
  }

  /** Undefined for what the vocabulary lacks, where it has no token for the unknown: left out, as transformers does. */
  #idOf(token: string): number | undefined {
    return this.#tokenizer.token_to_id(token) ?? this.#tokenizer.model?.unk_token_id;
  }

  #padId(): number {
    const { padding } = this.model.tokenizer as { padding?: { pad_id?: number } | null };
    const { pad_token } = this.model.tokenizerConfig as { pad_token?: string | { content?: string } | null };
    const named = typeof pad_token === 'object' ? pad_token?.content : pad_token;
    return padding?.pad_id ?? (named === undefined ? undefined : this.#tokenizer.token_to_id(named)) ?? 0;
  }
}
