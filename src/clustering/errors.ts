/** The vectors or the options cannot be clustered as they are. The message says what to change. */
export class InvalidClusteringInput extends RangeError {
  override readonly name = 'InvalidClusteringInput';

  constructor(
    readonly code: 'shape' | 'not_finite' | 'option',
    message: string,
  ) {
    super(message);
  }
}

/** The backend that was asked for cannot be had here. */
export class BackendUnavailable extends Error {
  override readonly name = 'BackendUnavailable';
}

/** The run would need more memory than the machine has left. Thrown before it starts. */
export class NotEnoughMemory extends Error {
  override readonly name = 'NotEnoughMemory';
}
