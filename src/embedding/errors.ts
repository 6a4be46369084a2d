/** `transient`: asking again later may help. `permanent`: it will fail again until somebody changes something. */
export type EmbeddingErrorKind = 'transient' | 'permanent';

/** Pages could not be embedded. The message is for people: it holds no key, no address with a password, no page text. */
export class EmbeddingError extends Error {
  constructor(
    readonly kind: EmbeddingErrorKind,
    message: string,
    /** What the server asked to wait, in milliseconds, where it said so. */
    readonly retryAfterMs?: number,
  ) {
    super(message);
    this.name = 'EmbeddingError';
  }
}
