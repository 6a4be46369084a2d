import type { Run, RunStage } from './run.js';

/** What a stage gets: the run as claimed, and a signal that fires on cancel, timeout, shutdown or a lost claim. */
export interface StageContext {
  readonly run: Run;
  readonly signal: AbortSignal;
}

/**
 * One step of a run. It may be done again after a crash, so it first looks at what is there and does only the rest.
 * It writes through `RunRepository.fenced` alone.
 */
export interface Stage {
  readonly name: RunStage;
  /** Gives the stage to go on with where it is not the next one (a wiki without pages goes straight to `finish`). */
  run(context: StageContext): Promise<RunStage | undefined>;
}
