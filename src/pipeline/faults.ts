/** The run was claimed by somebody else meanwhile, or is over: this worker must write nothing more. */
export class FencedOff extends Error {
  override readonly name = 'FencedOff';
}

/** Somebody asked for the run to stop. */
export class RunCancelled extends Error {
  override readonly name = 'RunCancelled';
}

/** The run took longer than PIPELINE_TIMEOUT_SECONDS. */
export class RunTimedOut extends Error {
  override readonly name = 'RunTimedOut';
}

/** The run cannot go on, for a reason that the message explains to people. */
export class RunFailed extends Error {
  override readonly name = 'RunFailed';
}

/** This process is going down: the run is left for another. */
export class ShutDown extends Error {
  override readonly name = 'ShutDown';
}
